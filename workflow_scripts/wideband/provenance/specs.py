"""Specs: the frozen description of a job before it runs, an input of that job like any other."""

import json
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from ..errors import WidebandError
from .atomic import write_text
from .digests import canonical_json, json_digest, text_digest

FORMAT = 2
LOCKS = ("*.lock", "*.txt")
KEYS = frozenset({"format", "study", "rule", "wildcards", "params", "code", "environment"})


class SpecError(WidebandError):
    """A spec file that is missing or is not one; the message names the file."""


@dataclass(frozen=True)
class Spec:
    """A job's resolved parameters, the code it can reach and its environment.

    Attributes:
        code: digest of the fingerprint; the modules behind it lie in `provenance/code/<digest>.json`.
        environment: digest of the environment lock.
    """

    study: str
    rule: str
    wildcards: dict[str, str]
    params: dict[str, Any]
    code: str
    environment: str | None

    @cached_property
    def text(self) -> str:
        """Canonical JSON: what the file holds, and what its digest is of."""
        return canonical_json({"format": FORMAT, **asdict(self)}) + "\n"

    @cached_property
    def digest(self) -> str:
        """BLAKE3 of `text`."""
        return text_digest(self.text)


def write_spec(path: str | Path, spec: Spec) -> None:
    """Write a job's spec; a file that holds it already keeps its mtime."""
    target = Path(path)
    if not (target.is_file() and target.read_bytes() == spec.text.encode()):
        write_text(target, spec.text, durable=False)


def environment_digest(folder: str | Path) -> str | None:
    """Digest of the environment locks in `folder` and one level below, None when there are none.

    A lock is a `*.lock` or `*.txt` file; its comments, empty lines and hashes do not count.
    """
    root = Path(folder)
    found = [path for pattern in LOCKS for path in (*root.glob(pattern), *root.glob(f"[!.]*/{pattern}"))]
    locks = {path.relative_to(root).as_posix(): _pins(path) for path in found}
    return json_digest(locks) if locks else None


def _pins(path: Path) -> list[str]:
    lines = (line.strip(" \\") for line in path.read_text(encoding="utf-8").splitlines())
    return [line for line in lines if line and not line.startswith(("#", "--hash="))]


def read_spec(path: str | Path) -> Spec:
    """The spec in a file. Raises SpecError."""
    try:
        content = json.loads(Path(path).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise SpecError(f"{path}: no such spec; specs are written when snakemake starts") from None
    except ValueError as error:
        raise SpecError(f"{path}: not a spec ({error}); delete it and run snakemake again") from None
    if not isinstance(content, dict) or content.keys() != KEYS or content["format"] != FORMAT:
        raise SpecError(f"{path}: not a spec of format {FORMAT}; delete it and run snakemake again")
    return Spec(**{key: content[key] for key in KEYS - {"format"}})
