#!/usr/bin/env bash
# Draws the recorded exposures of tests/unit/darkroom under NumPy and Pillow from the oldest that are supported to the newest,
# each as several processors would: vector extensions switched off one after the other, other BLAS kernels, one thread and two.
# Every picture must be the one that is recorded. Called by `make determinism`; takes some ten minutes.
#   scripts/determinism.sh                       all versions
#   scripts/determinism.sh 1.26.4,12.3.0         NumPy,Pillow of one's own choice; several are allowed, "newest" is a version
# PYTHON names the interpreter (default: .venv/bin/python), KEEP a folder in which the environments stay for the next time.
set -euo pipefail
cd "$(dirname "$0")/.."
if [ -n "${KEEP:-}" ]; then
    work=$KEEP
    mkdir -p "$work"
else
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
fi

say() { printf '%s\n' "$*" >&2; }

# package NAME VERSION: as pip asks for it.
package() { if [ "$2" = newest ]; then echo "$1"; else echo "$1==$2"; fi; }

# make_environment VERSIONS: a virtual environment with NumPy, Pillow and pytest, and nothing else.
make_environment() {
    local env=$work/$1
    [ -x "$env/bin/pytest" ] && return
    "${PYTHON:-.venv/bin/python}" -m venv "$env"
    if ! "$env/bin/python" -m pip --quiet --disable-pip-version-check install \
        "$(package numpy "${1%,*}")" "$(package pillow "${1#*,}")" pytest; then
        say "pip could not install $1; its reason is above. Without a way to PyPI, name a mirror in PIP_INDEX_URL."
        exit 2
    fi
}

# extensions PYTHON PATTERN: the vector extensions that its NumPy found here and whose names match.
extensions() {
    "$1" -c 'import re, sys, numpy
found = numpy.show_config(mode="dicts")["SIMD Extensions"].get("found", [])
print(*(name for name in found if re.match(sys.argv[1], name)))' "$2"
}

# draw VERSIONS NAME SETTING...: hold every recorded exposure against its digest, with these environment variables.
draw() {
    local env=$work/$1 name=$2
    shift 2
    if env -u OPENBLAS_CORETYPE -u OPENBLAS_L2_SIZE PYTHONPATH=src PYTHONDONTWRITEBYTECODE=1 "$@" \
        "$env/bin/python" -m pytest -q --no-header --noconftest -c /dev/null --rootdir . -p no:cacheprovider \
        -k recorded tests/unit/darkroom/test_darkroom_determinism.py >"$work/out" 2>&1; then
        say "   same   $name ($(tail -n 1 "$work/out"))"
    else
        say "   OTHER  $name"
        grep -E '^(FAILED|ERROR)|rror' "$work/out" >&2 || cat "$work/out" >&2
        failed+=("$name")
    fi
}

if [ $# = 0 ]; then set -- 1.26.0,11.3.0 1.26.4,newest 2.0.0,12.0.0 newest,11.3.0 newest,newest; fi
failed=()
for versions in "$@"; do
    make_environment "$versions"
    python=$work/$versions/bin/python
    say "== $("$python" -c 'import numpy, PIL; print("NumPy", numpy.__version__, "Pillow", PIL.__version__)')"
    wide=$(extensions "$python" 'AVX512|X86_V4') all=$(extensions "$python" .)
    draw "$versions" "$versions: as this processor is" OPENBLAS_NUM_THREADS=2 OMP_NUM_THREADS=2
    draw "$versions" "$versions: one thread" OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1
    draw "$versions" "$versions: without AVX-512" OPENBLAS_NUM_THREADS=1 OPENBLAS_CORETYPE=Haswell "NPY_DISABLE_CPU_FEATURES=$wide"
    draw "$versions" "$versions: without AVX2 and FMA" OPENBLAS_NUM_THREADS=2 OPENBLAS_CORETYPE=Nehalem "NPY_DISABLE_CPU_FEATURES=$all"
    draw "$versions" "$versions: without any, SSE3's BLAS" OPENBLAS_NUM_THREADS=1 OPENBLAS_CORETYPE=Prescott "NPY_DISABLE_CPU_FEATURES=$all"
done
if [ ${#failed[@]} -gt 0 ]; then
    say "${#failed[@]} differ: ${failed[*]}"
    exit 1
fi
say "all the same"
