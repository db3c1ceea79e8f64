"""Trains the tiny policy in one of several processes that share its weights.

`torchrun … sharded_training.py <base> <adapter or -> <folder> <file under config/deepspeed>`
"""

import json
import sys
from pathlib import Path

import torch
from tiny_policy import tiny_training

from wideband.policy.sharded import is_sharded
from wideband.training.publish import save_adapter

SETTINGS = Path(__file__).parents[2] / "config/deepspeed"
STEPS = 2

torch.set_num_threads(1)
base, adapter, folder = map(Path, sys.argv[1:4])
# Refilling gives the processes different numbers of rollouts, and of passes.
trainer = {"deepspeed": str(SETTINGS / sys.argv[4]), "refill_rounds": 2}
start = None if adapter.name == "-" else adapter
done = tiny_training(base, folder / "state", STEPS, adapter=start, trainer=trainer, max_tokens=24)
save_adapter(done, folder / "adapter")
if done.accelerator.is_main_process:
    kept = [getattr(each, "ds_tensor", each).numel() for each in done.model.parameters()]
    log = [
        {"tokens": each["num_tokens"], "reward": each["reward"]} for each in done.state.log_history[:STEPS]
    ]
    told = {"log": log, "kept": sum(kept), "sharded": is_sharded(done.model)}
    (folder / "told.json").write_text(json.dumps(told))
