"""The study that a command is about, a checkpoint of it, and where the command may write."""

import argparse
import difflib
from collections.abc import Iterable, Sequence
from pathlib import Path

from ..config import Study, load_study
from ..config.strict_yaml import read_yaml
from ..errors import WidebandError
from ..provenance import ledger
from ..provenance.registrations import RULE as REGISTERED
from ..provenance.sealing import NO_OUTPUTS
from ..workflow import layout
from ..workflow.layout import Checkpoint

DEFAULT = Path("config/config.yaml")
# What says that a folder holds a study's results, here or elsewhere.
MARKS = (ledger.NAME, "specs")


def add_study(parser: argparse.ArgumentParser) -> None:
    """The option --study."""
    parser.add_argument("--study", help=f"name of the study (default: the one in {DEFAULT})")


def chosen_study(args: argparse.Namespace) -> Study:
    """The study of --study, or the default one. Raises StudyError, or WidebandError outside a project."""
    if args.study:
        return load_study(args.study)
    if not DEFAULT.is_file():
        raise WidebandError(f"{DEFAULT}: no such file; call wideband in the project's folder")
    named = read_yaml(DEFAULT)
    if not isinstance(named, dict) or not isinstance(named.get("study"), str):
        raise WidebandError(f"{DEFAULT}: names no study; write `study: micro`, or give --study")
    return load_study(named["study"])


def results(study: Study) -> Path:
    """The study's results folder. Raises PlaceError."""
    return layout.results_folder(study.name)


def ran(study: Study) -> None:
    """Raise WidebandError for a study of which no job ever wrote anything and none was sealed."""
    root = results(study)
    lines = ledger.entries(ledger.read_lines(root))
    if any(line is None or line["rule"] != REGISTERED for line in lines):
        return
    ignored = NO_OUTPUTS | {ledger.NAME}
    folders = root.iterdir() if root.is_dir() else ()
    outputs = [entry for entry in folders if entry.name not in ignored and not entry.name.startswith(".")]
    if not any(entry.is_file() or any(path.is_file() for path in entry.rglob("*")) for entry in outputs):
        raise WidebandError(
            f"study {study.name} has not run yet: {root} holds no results; "
            f"run snakemake --cores all --config study={study.name}"
        )


def no_number(study: Study, identity: str, known: Iterable[str]) -> WidebandError:
    """The error for a number that the study does not have; it names those whose ids are nearest."""
    near = difflib.get_close_matches(identity, list(known), 3, 0.4)
    return WidebandError(
        f"study {study.name} has no number '{identity}'; near it: {', '.join(near) or 'none'}"
    )


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


def outside(place: Path, option: str = "") -> Path:
    """The place itself, which `option` named. Raises WidebandError where it lies in a study's results."""
    for above in place.absolute().resolve().parents:
        prefix = f"{option} " if option else ""
        if any((above / mark).exists() for mark in MARKS):
            raise WidebandError(
                f"{prefix}{place}: is in the results folder of study {above.name}, where only jobs write; "
                "name another place"
            )
    return place
