"""The checkpoint of an arm that a command is about, and where its weights lie."""

import argparse
import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ..config import Study
from ..errors import WidebandError
from ..workflow import layout
from .study import results


@dataclass(frozen=True)
class Checkpoint:
    """An arm at a checkpoint: folders of its base model and of its adapter, None where it has none."""

    arm: str
    name: str
    base: Path
    adapter: Path | None


def add_checkpoint(parser: argparse.ArgumentParser) -> None:
    """The options --arm and --checkpoint."""
    parser.add_argument("--arm", required=True, help="name of the arm")
    parser.add_argument("--checkpoint", help="`base`, a stage, or `stage@step` (default: the arm's last)")


def chosen_checkpoint(study: Study, args: argparse.Namespace) -> Checkpoint:
    """The checkpoint that is asked for. Raises WidebandError where there is none, or it is not there yet."""
    _known(f"study {study.name}", "arm", args.arm, list(study.arms))
    arm: str = args.arm
    if study.imported(arm):
        raise WidebandError(f"arm '{arm}' of study {study.name} is imported: it has results but no model")
    chain = study.checkpoints(arm)
    steps = [step for stage in study.trained_through(arm) for step in study.step_checkpoints(stage)]
    name = args.checkpoint or chain[-1]
    _known(f"arm '{arm}'", "checkpoint", name, [*chain, *steps])
    root = results(study)
    base = root / layout.model_of(study, arm, name)
    adapter = root / layout.adapter_of(study, arm, name) if study.adapted(arm, name) else None
    for folder in filter(None, (base, adapter)):
        if not folder.is_dir():
            raise WidebandError(
                f"{folder}: not there yet; run snakemake --cores all --config study={study.name}"
            )
    return Checkpoint(arm, name, base, adapter)


def _known(whose: str, what: str, name: str, known: Sequence[str]) -> None:
    if name not in known:
        near = difflib.get_close_matches(name, known, 1, 0.4)
        hint = f"did you mean '{near[0]}'?" if near else f"it has {', '.join(known)}"
        raise WidebandError(f"{whose} has no {what} '{name}'; {hint}")
