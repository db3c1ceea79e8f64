"""The study that a command is about, and whether it has what the command asks of it."""

import argparse
import difflib
from collections.abc import Iterable
from pathlib import Path

from ..config import Study, load_study
from ..config.strict_yaml import read_yaml
from ..errors import WidebandError
from ..provenance import ledger
from ..provenance.registrations import RULE as REGISTERED
from ..provenance.sealing import NO_OUTPUTS
from ..workflow.layout import results_folder

DEFAULT = Path("config/config.yaml")


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
    return results_folder(study.name)


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
