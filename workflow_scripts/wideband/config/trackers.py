"""Trackers that a study's trainings may report to, each a Python package that need not be there."""

from collections.abc import Iterable
from importlib.util import find_spec

from ..errors import WidebandError


class NotInstalled(WidebandError):
    """A tracker that a study names and the environment lacks."""


def check_installed(names: Iterable[str]) -> None:
    """Raises NotInstalled naming every tracker that is not there."""
    if missing := [name for name in names if find_spec(name) is None]:
        raise NotInstalled(
            f"trainer.report_to: not installed: {', '.join(missing)}; run pip install {' '.join(missing)} in "
            "the environment of the pipeline, or take it off the list"
        )
