#!/usr/bin/env bash
# Makes envs/docs/.venv out of mkdocs.pins; does nothing when it was made out of this very file.
# PYTHON names another interpreter than python3.
set -euo pipefail
cd "$(dirname "$0")"
made_of="$PWD $(cat mkdocs.pins setup.sh | cksum)"
[ "$(cat .venv/made-of 2>/dev/null)" = "$made_of" ] && exit 0
echo "docs: installing MkDocs into envs/docs/.venv"
"${PYTHON:-python3}" -m venv --clear .venv
.venv/bin/python -m pip --disable-pip-version-check install --quiet --no-deps --require-hashes --requirement mkdocs.pins
echo "$made_of" >.venv/made-of
