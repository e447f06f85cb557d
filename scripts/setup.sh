#!/usr/bin/env bash
# Makes .venv with everything that this project needs. Called by make; run it again at any time.
#   scripts/setup.sh           to use the program
#   scripts/setup.sh dev       to test and change it
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf '%s\n' "$*" >&2; }

find_python() {
    local name
    for name in ${PYTHON:+"$PYTHON"} python3 python3.13 python3.12 python3.11 python3.14 python; do
        if command -v "$name" >/dev/null 2>&1 &&
            "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null &&
            "$name" -c 'import ensurepip, venv' 2>/dev/null; then
            command -v "$name"
            return 0
        fi
        [ "$name" != "${PYTHON:-}" ] || return 1 # who names one does not want another
    done
    return 1
}

# A .venv whose making was cut off has a Python and no pip: it is made again.
if ! .venv/bin/python -c 'import pip, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    if ! python=$(find_python); then
        if [ -z "${PYTHON:-}" ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
            say "No Python 3.11 or newer with venv here: installing Debian's."
            { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq python3 python3-venv; } >&2 ||
                say "apt-get could not install it."
        fi
        if ! python=$(find_python); then
            say "teststrip needs Python 3.11 or newer with the venv module, and ${PYTHON:-the search path} has none."
            say "On Debian or Ubuntu: sudo apt-get install python3 python3-venv; elsewhere: https://www.python.org/downloads/"
            say "Then run the same command again, or name one: make PYTHON=/path/to/python3.12 demo"
            exit 2
        fi
    fi
    say "Making .venv with $python ($("$python" -c 'import platform; print(platform.python_version())'))."
    rm -rf .venv
    "$python" -m venv .venv
fi

pip() {
    if ! .venv/bin/python -m pip --quiet --disable-pip-version-check "$@"; then
        say "pip could not install what teststrip needs; its reason is above. Without a way to PyPI, name a mirror in"
        say "PIP_INDEX_URL. Then run the same command again."
        exit 2
    fi
}

say "Installing what teststrip needs into .venv (a minute or two the first time)."
if ! .venv/bin/python -c 'import sys, pip; sys.exit(tuple(map(int, pip.__version__.split(".")[:2])) < (25, 1))'; then
    pip install --upgrade 'pip>=25.1' # the first to read dependency groups
fi
pip install --constraint constraints.txt --editable .
if [ "${1:-}" = dev ]; then
    pip install --constraint constraints.txt --group dev
    scripts/editor.sh
    scripts/browser.sh
    touch .venv/.ready-dev
fi
touch .venv/.ready
