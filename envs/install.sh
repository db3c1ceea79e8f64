#!/usr/bin/env bash
# Installs the pipeline into the Python environment given as the first argument (its python).
# WIDEBAND_TORCH=cpu or cuda overrules the choice by whether this machine has an NVIDIA GPU, as a cluster's login
# node may have none.
set -euo pipefail
python=$1
here=$(cd "$(dirname "$0")" && pwd)
pip() { "$python" -m pip --disable-pip-version-check "$@"; }
# Names and versions without the hashes, and the lines of one package with them.
pins() { grep -oE '^[^# ]+==[^ ]+' "$here/pipeline.lock"; }
entry() { awk -v name="$1==" '/^[^ ]/ { found = index($0, name) == 1 } found' "$here/pipeline.lock"; }
torch=$(pins | grep '^torch==')
gpu=cpu
[ -e /proc/driver/nvidia/version ] && gpu=cuda

# The builds below use the locked setuptools, not one fetched for each.
pip install --quiet --no-deps --require-hashes --requirement <(entry setuptools)

if [ "${WIDEBAND_TORCH:-$gpu}" = cuda ] || [ "$(uname)" != Linux ]; then
  # CUDA's packages come with it, by version and not by hash; all else stays at the lock's versions.
  pip install --quiet --constraint <(pins) "$torch"
else
  # Plain torch would take several GB of CUDA packages on Linux. The CPU build has files and hashes of its own, which
  # the package index does not list: by version only.
  pip install --quiet --no-deps "$torch+cpu" 2>/dev/null ||
    pip install --quiet --no-deps --index-url https://download.pytorch.org/whl/cpu "$torch"
fi

# DeepSpeed compiles its operations when they are first used.
DS_BUILD_OPS=0 pip install --quiet --no-deps --no-build-isolation \
  --require-hashes --requirement "$here/pipeline.lock" --requirement "$here/tools.pins"
