#!/usr/bin/env bash
# Installs the language server that tests/editor runs, into a folder that git ignores. scripts/setup.sh dev calls it.
# Without node, or without a way to npm's registry, it says so and leaves: those tests are then skipped (in CI: fail).
set -euo pipefail
cd "$(dirname "$0")/../tests/editor"

say() { printf '%s\n' "$*" >&2; }

has_node() {
    command -v npm >/dev/null 2>&1 && command -v node >/dev/null 2>&1 &&
        node -e 'process.exit(Number(process.versions.node.split(".")[0]) < 18 ? 1 : 0)'
}

if ! has_node && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    say "No node 18 or newer with npm here: installing Debian's, for the tests of the editor."
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends nodejs npm; } >&2 ||
        say "apt-get could not install it."
fi
if ! has_node; then
    say "Node 18 or newer with npm is not here, so the tests in tests/editor will be skipped. To have them: on Debian or"
    say "Ubuntu, sudo apt-get install nodejs npm; elsewhere https://nodejs.org/. Then run scripts/setup.sh dev again."
elif ! npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >&2; then
    say "npm could not install the language server, so the tests in tests/editor will be skipped; its reason is above."
fi
