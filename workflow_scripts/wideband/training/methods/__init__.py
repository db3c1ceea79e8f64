"""Methods of training by name. A new one is one file here with a model of its keys in `config/training.py`:

`DESCRIPTION`, one line; `train(inputs)`, which trains to the stage's last step and gives the trainer back.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

import pandas as pd
from peft import PeftModel
from transformers import PreTrainedTokenizerBase, Trainer, TrainerCallback

from ...config.evaluation import Grading
from ...config.training import Trainer as Shared
from ...rooms import check_name, names_in
from ...sampling.prompts import Render
from ...scaffolds import Scaffold


@dataclass(frozen=True)
class TrainingInputs:
    """What a stage is trained with, whatever its method.

    Attributes:
        stage: its settings, the model of its method.
        policy: loads the policy, once the trainer's arguments are there: under ZeRO-3 each process then holds
            its share only.
        context: tokens of a sequence, at most, of the policy.
        problems: the items of its slice.
        scaffold, render: how they are asked.
        state: the folder of resumable saves.
        retained: prompts of the slice that the stage retains.
        held_out: the items that the stage is evaluated on; None where it is not.
        trackers: callbacks that look on.
    """

    stage: Any
    trainer: Shared
    policy: Callable[[], PeftModel]
    tokenizer: PreTrainedTokenizerBase
    context: int
    problems: pd.DataFrame
    scaffold: Scaffold
    render: Render
    grading: Grading
    state: Path
    retained: Sequence[str] = ()
    held_out: pd.DataFrame | None = None
    trackers: Sequence[TrainerCallback] = ()


class Method(Protocol):
    """What a file of this room holds."""

    DESCRIPTION: str

    def train(self, inputs: TrainingInputs) -> Trainer:
        """Train, going on at the newest complete save; exits with AGAIN when the job's time ends first."""


def names() -> list[str]:
    """The methods that there are."""
    return names_in(__file__)


def load(name: str) -> Method:
    """The method of that name. Raises WidebandError with the nearest name."""
    check_name("method", name, names())
    return import_module(f"{__name__}.{name}")
