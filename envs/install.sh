#!/usr/bin/env bash
# Installs the pipeline into the Python environment given as the first argument (its python).
# WIDEBAND_TORCH=cpu or cuda overrules the choice by whether this machine has an NVIDIA GPU, as a cluster's login
# node may have none.
set -euo pipefail
python=$1
here=$(cd "$(dirname "$0")" && pwd)
pip() { "$python" -m pip --disable-pip-version-check "$@"; }
torch=$(grep '^torch==' "$here/pipeline.lock")
gpu=cpu
[ -e /proc/driver/nvidia/version ] && gpu=cuda

# The builds below use the locked setuptools, not one fetched for each.
pip install --quiet --no-deps "$(grep '^setuptools==' "$here/pipeline.lock")"

if [ "${WIDEBAND_TORCH:-$gpu}" = cuda ] || [ "$(uname)" != Linux ]; then
  # CUDA's packages come with it; all else stays at the lock's versions.
  pip install --quiet --constraint "$here/pipeline.lock" "$torch"
else
  # Plain torch would take several GB of CUDA packages on Linux.
  pip install --quiet --no-deps "$torch+cpu" 2>/dev/null ||
    pip install --quiet --no-deps --index-url https://download.pytorch.org/whl/cpu "$torch"
fi

# DeepSpeed compiles its operations when they are first used.
DS_BUILD_OPS=0 pip install --quiet --no-deps --no-build-isolation \
  --requirement "$here/pipeline.lock" --requirement "$here/tools.pins"
