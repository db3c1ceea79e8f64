"""The code behind a spec's digest, kept so that a job can see drift and a reader what changed."""

import json
from pathlib import Path

from ..errors import WidebandError
from .atomic import write_text
from .digests import canonical_json
from .fingerprint import Fingerprint, fingerprint
from .parse_cache import cached_parsing

FOLDER = "provenance/code"


class CodeDrift(WidebandError):
    """CODE_DRIFT: the code under a job is not what the driver saw; the message names the modules."""


def keep_code(root: Path, code: Fingerprint) -> None:
    """Write the modules of a fingerprint once, under its digest, below a study's results folder."""
    place = root / FOLDER / f"{code.digest}.json"
    if not place.is_file():
        content = {"left_out": list(code.left_out), "named": list(code.named), "modules": code.modules}
        write_text(place, canonical_json(content) + "\n", durable=False)


def kept_code(root: Path, digest: str) -> Fingerprint | None:
    """The fingerprint of this digest; None when it was not kept or is not readable."""
    try:
        content = json.loads((root / FOLDER / f"{digest}.json").read_text(encoding="utf-8"))
        lists = (tuple(content[key]) for key in ("left_out", "named"))
        return Fingerprint(digest, content["modules"], *lists)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def changed_modules(old: Fingerprint | None, new: Fingerprint) -> list[tuple[str, str | None, str | None]]:
    """(module, old digest, new digest) of every difference; None where it is absent."""
    before = old.modules if old else {}
    names = sorted(before.keys() | new.modules.keys())
    return [(n, before.get(n), new.modules.get(n)) for n in names if before.get(n) != new.modules.get(n)]


def check_drift(root: Path, expected: str, script: Path) -> None:
    """Compare what `script` reaches now with what the driver saw. Raises CodeDrift."""
    known = kept_code(root, expected)
    if known is None:
        raise CodeDrift(
            f"CODE_DRIFT: {root / FOLDER / expected}.json is missing or broken; run snakemake again"
        )
    with cached_parsing() as read:
        now = fingerprint(script, script.parent, known.left_out, known.named, read)
    if now.digest != expected:
        names = ", ".join(name for name, *_ in changed_modules(known, now))
        raise CodeDrift(f"CODE_DRIFT: {names} changed after snakemake started; run snakemake again")
