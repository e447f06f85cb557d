#!/usr/bin/env bash
# Holds the darkroom's samplers and schedules against k-diffusion itself, in a fresh environment with torch (some 1.3 GB
# with what it brings): what everybody's tests skip. PYTHON names the interpreter (default: .venv/bin/python).
set -euo pipefail
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"${PYTHON:-.venv/bin/python}" -m venv "$work/env"
pip=("$work/env/bin/python" -m pip --quiet --disable-pip-version-check install)
# k-diffusion asks for all that its training needs; its samplers need these alone.
if ! { "${pip[@]}" torch==2.13.0 numpy pillow scipy torchdiffeq torchsde tqdm safetensors pytest &&
    "${pip[@]}" --no-deps k-diffusion==0.1.1.post1; }; then
    printf '%s\n' "pip could not install them; its reason is above. Without a way to PyPI, name a mirror in PIP_INDEX_URL." >&2
    exit 2
fi
PYTHONPATH=src "$work/env/bin/python" -m pytest -q --noconftest -c /dev/null --rootdir . -p no:cacheprovider \
    tests/unit/darkroom/test_darkroom_k_diffusion.py
