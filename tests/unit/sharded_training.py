"""Trains the tiny policy in one of several processes that share its weights.

`torchrun … sharded_training.py <base> <folder> <file under config/deepspeed> [fails]`
Two stages, the second of which goes on with the first one's adapter, then a stage of each method. `fails`
makes one process fail in the middle of a pass, while it samples.
"""

import json
import os
import sys
from pathlib import Path

import tiny_methods
import tiny_policy
import torch
from transformers.integrations.deepspeed import unset_hf_deepspeed_config

from wideband.sampling.transformers_engine import TransformersEngine
from wideband.training import methods, rollout
from wideband.training.publish import save_adapter
from wideband.training.state import leave

SETTINGS = Path(__file__).parents[2] / "config/deepspeed"
STEPS = 2
# One of each method that samples nothing.
TAUGHT = ("two paths", "worked answers", "pairs")
# Without what has an anchor, which cannot be combined with it.
RECOMPUTED = ("all paths", "answers", "pairs")

# Numbers of weights in this process once the policy is loaded, and each time that it samples.
loaded, sampling = [], []
load, given_stage = tiny_policy.trainable_policy, tiny_methods.given_stage


def held(model: torch.nn.Module) -> int:
    return sum(parameter.numel() for parameter in model.parameters())


def watched_load(*arguments: object) -> torch.nn.Module:
    policy = load(*arguments)
    loaded.append(held(policy))
    return policy


def given_afresh(*arguments: object) -> methods.TrainingInputs:
    """A job trains one stage. Here its settings would still be known while the next one loads its policy."""
    unset_hf_deepspeed_config()
    return given_stage(*arguments)


class WatchedEngine(TransformersEngine):
    def __init__(self, model: torch.nn.Module, *arguments: object, **others: object) -> None:
        super().__init__(model, *arguments, **others)
        sampling.append(held(model))
        if sys.argv[4:] == ["fails"] and os.environ["RANK"] == "1":
            model.get_base_model().model.layers[1].register_forward_pre_hook(fail, prepend=True)


def fail(*_: object) -> None:
    raise RuntimeError("one process fails in a pass")


tiny_policy.trainable_policy = tiny_methods.trainable_policy = watched_load
tiny_methods.given_stage = given_afresh
rollout.TransformersEngine = WatchedEngine
torch.set_num_threads(1)
base, root = map(Path, sys.argv[1:3])
deepspeed = str(SETTINGS / sys.argv[3])


def watched(folder: Path, start: Path | None) -> None:
    loaded.clear(), sampling.clear()
    # Refilling gives the processes different numbers of rollouts, and of passes.
    trainer = {"deepspeed": deepspeed, "refill_rounds": 2}
    done = tiny_policy.tiny_training(
        base, folder / "state", STEPS, adapter=start, trainer=trainer, max_tokens=24
    )
    save_adapter(done, folder / "adapter")
    if done.accelerator.is_main_process:
        log = [
            {"tokens": each["num_tokens"], "reward": each["reward"]}
            for each in done.state.log_history[:STEPS]
        ]
        told = {"log": log, "loaded": loaded, "sampling": sampling}
        (folder / "told.json").write_text(json.dumps(told))
    done.accelerator.wait_for_everyone()


def every_method() -> None:
    """Under ZeRO-3 some once more: interrupted, and as studies of large models train, but for bf16."""
    loaded.clear()
    unset_hf_deepspeed_config()
    trainer = {"deepspeed": deepspeed}
    tiny_methods.every_method(base, root / "methods", trainer)
    if sys.argv[3] == "zero3.json":
        tiny_methods.every_method(base, root / "interrupted", trainer, interrupted=True, only=TAUGHT)
        trainer["gradient_checkpointing"] = True
        tiny_methods.every_method(base, root / "recomputed", trainer, only=RECOMPUTED)
    (root / f"loaded-{os.environ['RANK']}.json").write_text(json.dumps(loaded))


watched(root / "first", None)
watched(root / "second", root / "first/adapter")
every_method()
leave()
