"""The study that a command is about."""

import argparse
from pathlib import Path

import yaml

from ..config import Study, load_study
from ..errors import WidebandError

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
    return load_study(yaml.safe_load(DEFAULT.read_text(encoding="utf-8"))["study"])


def results(study: Study) -> Path:
    """The study's results folder."""
    return Path("results") / study.name
