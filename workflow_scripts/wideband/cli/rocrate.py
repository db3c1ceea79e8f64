"""`wideband rocrate`: a study's results, described for archives and for other tools."""

import argparse
from pathlib import Path

import yaml

from ..errors import WidebandError
from ..provenance.crate.write import write_crate

CONFIG = Path("config/config.yaml")


class StudyNameError(WidebandError):
    """No study was named, and there is no default."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Which study."""
    parser.add_argument("--study", help="name of the study (default: that of config/config.yaml)")


def run(args: argparse.Namespace) -> int:
    """Write the crate's metadata and say where it is."""
    study = args.study or _default()
    print(write_crate(Path("results") / study, Path.cwd()))
    return 0


def _default() -> str:
    try:
        return str(yaml.safe_load(CONFIG.read_text(encoding="utf-8"))["study"])
    except (OSError, KeyError, TypeError, yaml.YAMLError) as error:
        raise StudyNameError(f"{CONFIG}: names no study ({error}); use --study") from None
