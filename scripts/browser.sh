#!/usr/bin/env bash
# Installs what tests/browser needs: Chromium, and axe-core in a folder that git ignores. scripts/setup.sh dev calls it.
# Without them it says so and leaves: those tests are then skipped (in CI: fail).
set -euo pipefail
cd "$(dirname "$0")/../tests/browser"

say() { printf '%s\n' "$*" >&2; }

has_chromium() {
    command -v chromium >/dev/null 2>&1 || command -v chromium-browser >/dev/null 2>&1 ||
        command -v google-chrome >/dev/null 2>&1
}

if ! has_chromium && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    say "No Chromium here: installing Debian's, for the tests of the page."
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium; } >&2 ||
        say "apt-get could not install it."
fi
if ! has_chromium; then
    say "Chromium is not here, so the tests in tests/browser will be skipped. On Debian: sudo apt-get install chromium."
fi
if ! command -v npm >/dev/null 2>&1; then
    say "npm is not here, so the accessibility scan in tests/browser will be skipped."
elif ! npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >&2; then
    say "npm could not install axe-core, so the accessibility scan will be skipped; its reason is above."
fi
