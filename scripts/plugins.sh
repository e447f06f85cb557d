#!/usr/bin/env bash
# Tests the packages of plugins/ as a person gets them: each is installed with pip into a fresh virtual environment, beside
# teststrip from this checkout; then its tests run, and its recipe.yaml if it has one. Called by `make test-plugins`.
#   scripts/plugins.sh                       every package that has tests
#   scripts/plugins.sh optuna brisque        these alone
# They share one environment, but for those with a file `.own-environment`: what they need is large, and the file has pip's
# requirements for it.
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

say() { printf '%s\n' "$*" >&2; }

# make_environment NAME FOLDER...: a fresh one in $work/NAME, with teststrip and these packages. The pip of .venv fills it
# from outside, if there is one: one of its own costs three seconds of processor time.
make_environment() {
    local env=$work/$1 python=${PYTHON:-.venv/bin/python} pip
    shift
    if .venv/bin/python -m pip --version >/dev/null 2>&1; then
        "$python" -m venv --without-pip "$env"
        pip=(.venv/bin/python -m pip --python "$env/bin/python")
    else
        "$python" -m venv "$env"
        pip=("$env/bin/python" -m pip)
    fi
    if ! "${pip[@]}" --quiet --disable-pip-version-check install --constraint constraints.txt \
        . "$@" pytest pytest-asyncio pytest-xdist; then
        say "pip could not install $*; its reason is above. Without a way to PyPI, name a mirror in PIP_INDEX_URL."
        exit 2
    fi
}

# try_package NAME FOLDER WORKERS: from another folder, so that what was installed is what is tested.
try_package() {
    local bin=$work/$1/bin folder=$root/$2 cwd
    cwd=$(mktemp -d "$work/run.XXXXXX")
    say "== $(basename "$folder")"
    (
        cd "$cwd"
        export TESTSTRIP_HOME=$cwd/home
        "$bin/pytest" -q -p no:cacheprovider -o asyncio_default_fixture_loop_scope=function -n "$3" \
            -c "$folder/pyproject.toml" --rootdir "$folder" "$folder/tests"
        if [ -f "$folder/recipe.yaml" ]; then
            "$bin/teststrip" run "$folder/recipe.yaml"
        fi
    )
}

shared=() own=()
for folder in plugins/teststrip-plugin-*/; do
    folder=${folder%/}
    [ -d "$folder/tests" ] || continue
    if [ $# -gt 0 ] && [[ " $* " != *" ${folder##*teststrip-plugin-} "* ]]; then
        continue
    fi
    if [ -e "$folder/.own-environment" ]; then own+=("$folder"); else shared+=("$folder"); fi
done
if [ $((${#shared[@]} + ${#own[@]})) = 0 ]; then
    say "No package of plugins/ that has tests is called $*."
    exit 2
fi

failed=()
if [ ${#shared[@]} -gt 0 ]; then
    make_environment shared "${shared[@]/#/./}"
    for folder in "${shared[@]}"; do try_package shared "$folder" 2 || failed+=("$folder"); done
fi
for folder in "${own[@]}"; do
    make_environment "$(basename "$folder")" "./$folder" --requirement "$folder/.own-environment"
    try_package "$(basename "$folder")" "$folder" 0 || failed+=("$folder")
    rm -rf "${work:?}/$(basename "$folder")"
done
if [ ${#failed[@]} -gt 0 ]; then
    say "failed: ${failed[*]}"
    exit 1
fi
say "all well: ${shared[*]} ${own[*]}"
