"""Specs: the frozen description of a job before it runs, an input of that job like any other."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import WidebandError
from .atomic import write_text
from .digests import canonical_json, json_digest
from .fingerprint import Fingerprint

FORMAT = 1
LOCKS = ("*.lock", "*.txt")
KEYS = frozenset({"format", "study", "rule", "wildcards", "params", "code", "environment"})


class SpecError(WidebandError):
    """A spec file that is missing or is not one; the message names the file."""


@dataclass(frozen=True)
class Spec:
    """A job's resolved parameters, the code it can reach and its environment.

    Attributes:
        code: digest of the fingerprint; `modules` has the digest of each module and data file in it.
        environment: digest of the environment lock.
    """

    study: str
    rule: str
    wildcards: dict[str, str]
    params: dict[str, Any]
    code: str
    modules: dict[str, str]
    environment: str | None


def write_spec(
    path: str | Path,
    rule: str,
    wildcards: dict[str, str],
    params: dict[str, Any],
    fingerprint: Fingerprint,
    lock_digest: str | None,
    study: str,
) -> None:
    """Write a job's spec as canonical JSON; a file that holds it already keeps its mtime."""
    content = {
        "format": FORMAT,
        "study": study,
        "rule": rule,
        "wildcards": dict(wildcards),
        "params": params,
        "code": {"digest": fingerprint.digest, "modules": fingerprint.modules},
        "environment": lock_digest,
    }
    text = canonical_json(content) + "\n"
    target = Path(path)
    if not (target.is_file() and target.read_bytes() == text.encode()):
        write_text(target, text)


def environment_digest(folder: str | Path) -> str | None:
    """Digest of the environment locks in `folder` and one level below, None when there are none.

    A lock is a `*.lock` or `*.txt` file; its comments and empty lines do not count.
    """
    root = Path(folder)
    found = [path for pattern in LOCKS for path in (*root.glob(pattern), *root.glob(f"[!.]*/{pattern}"))]
    locks = {path.relative_to(root).as_posix(): _pins(path) for path in found}
    return json_digest(locks) if locks else None


def _pins(path: Path) -> list[str]:
    lines = (line.strip() for line in path.read_text(encoding="utf-8").splitlines())
    return [line for line in lines if line and not line.startswith("#")]


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
    code = content["code"]
    return Spec(
        study=content["study"],
        rule=content["rule"],
        wildcards=content["wildcards"],
        params=content["params"],
        code=code["digest"],
        modules=code["modules"],
        environment=content["environment"],
    )
