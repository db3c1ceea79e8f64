#!/usr/bin/env bash
# Puts lm-evaluation-harness into envs/bench/packages, where only tests/benchmarks/bench_laws.py looks; does nothing
# when that was made out of this very lm_eval.pins. Needs .venv.
set -euo pipefail
cd "$(dirname "$0")"
made_of=$(cat lm_eval.pins setup.sh | cksum)
[ "$(cat packages/made-of 2>/dev/null)" = "$made_of" ] && exit 0
echo "bench: installing lm-evaluation-harness into envs/bench/packages, 80 MB"
rm -rf packages
../../.venv/bin/python -m pip --disable-pip-version-check install --quiet --no-deps --only-binary :all: --require-hashes \
  --target packages --requirement lm_eval.pins
echo "$made_of" >packages/made-of
