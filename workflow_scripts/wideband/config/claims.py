"""Files of claims about a study, in `config/claims/*.yaml`. What they hold: `wideband.numbers.claims`."""

from pathlib import Path
from typing import Any

from ..errors import WidebandError
from .strict_yaml import YamlError, read_yaml

FOLDER = Path("config/claims")


class ClaimError(WidebandError):
    """A claims file that cannot be read; the message names the file, the claim and the remedy."""


def content_of(path: Path) -> Any:
    """A claims file as plain Python. Raises ClaimError."""
    if not path.exists():
        raise ClaimError(f"{path}: no claims file; claims are under {FOLDER}")
    try:
        return read_yaml(path)
    except YamlError as error:
        raise ClaimError(str(error)) from None


def claimed_study(path: Path, content: Any) -> str:
    """The study that a file of claims is about: the one it names, else that of the file's name."""
    return str(content.get("study", path.stem)) if isinstance(content, dict) else path.stem


def claims_about(study: str, project: Path = Path()) -> dict[str, Any]:
    """The content of every file of claims about a study, by its path under `project`, sorted.

    A file that cannot be read is about the study of its name. Raises ClaimError for such a one.
    """
    found: dict[str, Any] = {}
    for path in sorted((project / FOLDER).glob("*.yaml")):
        try:
            content = content_of(path)
        except ClaimError:
            if path.stem == study:
                raise
            continue
        if claimed_study(path, content) == study:
            found[f"{FOLDER}/{path.name}"] = content
    return found
