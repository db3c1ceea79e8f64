"""Trackers that look on while a stage trains: transformers' own callbacks, and nothing that could do harm.

No bit of a training depends on them. One that fails says so once, and training goes on without it.
"""

import copy
import logging
import os
import random
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import torch
from transformers import TrainerCallback, TrainingArguments
from transformers.integrations import TensorBoardCallback, TrackioCallback, WandbCallback

from .state import first_process

log = logging.getLogger(__name__)
CALLBACKS = {"tensorboard": TensorBoardCallback, "trackio": TrackioCallback, "wandb": WandbCallback}
# Ends of names of environment variables whose values are shown nowhere.
SECRET = ("KEY", "TOKEN", "SECRET", "PASSWORD")
SHORTEST_SECRET = 6


@dataclass(frozen=True)
class Followed:
    """A training as trackers know it: the study, the stage of an arm, the digest of its spec."""

    study: str
    stage: str
    digest: str


def trackers(names: Sequence[str], training: Followed, folder: Path) -> list[TrainerCallback]:
    """What calls these trackers, whose files go into `folder`; none but in the first process."""
    if not first_process():
        return []
    place = folder.absolute()
    # What people have set themselves holds, as a server of their own.
    for variable, value in _environment(training, place).items():
        os.environ.setdefault(variable, value)
    # TRL has imported trackio where it is installed, which looks for its folder as it is imported.
    for module in [module_name for module_name in sys.modules if module_name.split(".")[0] == "trackio"]:
        del sys.modules[module]
    return [Guarded(names, training)] if names else []


def _environment(training: Followed, folder: Path) -> dict[str, str]:
    return {
        "TENSORBOARD_LOGGING_DIR": str(folder / "tensorboard" / training.stage / training.digest),
        "TRACKIO_DIR": str(folder / "trackio"),
        "WANDB_DIR": str(folder),
        "WANDB_MODE": "offline",
        "WANDB_PROJECT": training.study,
        # A job that goes on after a kill is the same run.
        "WANDB_RUN_ID": training.digest,
        "WANDB_RESUME": "allow",
        # It would keep the repository's address, its changes, and what the job prints.
        "WANDB_DISABLE_GIT": "true",
        "WANDB_DISABLE_CODE": "true",
        "WANDB_CONSOLE": "off",
        "WANDB_SILENT": "true",
    }


class Guarded(TrainerCallback):
    """Callbacks of trackers, so that they draw no random number and end no training."""

    def __init__(self, names: Sequence[str], training: Followed) -> None:
        self.names, self.training = names, training
        self.opened: dict[str, TrainerCallback] = {}

    def on_train_begin(self, args, state, control, **more) -> None:
        """Open the runs of all trackers."""
        for name in self.names:
            self._guarded(name, lambda name=name: self._open(name))
        self._tell("on_train_begin", args, state, control, **more)

    def on_log(self, args, state, control, logs=None, **more) -> None:
        """Hand on what was logged of a step."""
        self._tell("on_log", args, state, control, logs=logs, **more)

    def on_train_end(self, args, state, control, **more) -> None:
        """Close the runs."""
        self._tell("on_train_end", args, state, control, **more)
        if "wandb" in self.opened:
            # Its own callback leaves this to the end of the process, which a forked one does not see.
            self._guarded("wandb", lambda: sys.modules["wandb"].finish())

    def _open(self, name: str) -> None:
        if name == "wandb":
            # It takes another place where its own is missing.
            Path(os.environ["WANDB_DIR"]).mkdir(parents=True, exist_ok=True)
        self.opened[name] = CALLBACKS[name]()

    def _tell(self, event: str, args: TrainingArguments, state, control, **more) -> None:
        training, arguments = self.training, copy.copy(args)
        arguments.project, arguments.run_name = training.study, f"{training.stage}-{training.digest[:8]}"
        for name, callback in list(self.opened.items()):
            own = {"logs": dict(more["logs"] or {})} if "logs" in more else {}
            handed = partial(getattr(callback, event), arguments, state, copy.copy(control), **more | own)
            self._guarded(name, handed)

    def _guarded(self, name: str, call: Callable[[], object]) -> None:
        with _same_draws():
            try:
                call()
            except Exception as error:
                self.opened.pop(name, None)
                message = hidden(f"{type(error).__name__}: {' '.join(str(error).split())[:300]}")
                log.warning("%s failed (%s); training goes on without it", name, message)


@contextmanager
def _same_draws() -> Iterator[None]:
    """What is drawn at random afterwards is what it would have been without the block."""
    python, arrays, tensors = random.getstate(), np.random.get_state(), torch.get_rng_state()
    try:
        yield
    finally:
        random.setstate(python)
        np.random.set_state(arrays)
        torch.set_rng_state(tensors)


def hidden(text: str) -> str:
    """A text without the keys that the environment holds."""
    for name, value in os.environ.items():
        if name.upper().endswith(SECRET) and len(value) >= SHORTEST_SECRET:
            text = text.replace(value, f"<{name}>")
    return text
