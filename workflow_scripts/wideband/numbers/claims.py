"""What somebody said about a study's numbers, and whether the number records bear it out.

Claims lie in `config/claims/<study>.yaml`, a list (or a mapping with `study` and the list `claims`) of

    - id: c24
      text: Variance-band problems of the panel
      value: 382            # as said, in the unit of the record; true and false stand for 1 and 0
      tolerance: 0          # how far the record may be from it
      number: band_size.olympiad_pool.panel.gsm8k_warmup.variance_band   # id of a number record, or null
      needs: raw completions   # with number: null, what would have to be known; otherwise left out
      note: ...             # optional, a sentence for readers of the verdict
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from ..config.strict_yaml import parse
from ..errors import WidebandError
from .record import NumberRecord

VERIFIED, CONTRADICTED, UNSUPPORTED = "VERIFIED", "CLAIM_CONTRADICTED", "CLAIM_UNSUPPORTED"
REQUIRED = ("text", "value", "number")
OPTIONAL = ("id", "tolerance", "needs", "note")


class ClaimError(WidebandError):
    """A claims file that cannot be read; the message names the file, the claim and the remedy."""


@dataclass(frozen=True)
class Claim:
    """One claim: `value` is what was said, `number` the id of the record that decides it.

    `needs` says what is missing when there is no such record; `yes_no`: it was said that something is so or
    not.
    """

    id: str
    text: str
    value: float
    tolerance: float
    number: str | None
    needs: str | None = None
    note: str | None = None
    yes_no: bool = False

    def agrees(self, value: float) -> bool:
        """Whether a number is what was said, within the tolerance."""
        # Values such as 0.29 and 0.01 have no exact binary form: equality to the last bit is not asked for.
        return abs(value - self.value) <= self.tolerance + 1e-9 * max(1.0, abs(self.value))

    @property
    def form(self) -> str:
        """The format of its value: as many decimals as its tolerance has, or yes and no."""
        if self.yes_no:
            return "yes"
        decimals = max(0, -math.floor(math.log10(self.tolerance))) if self.tolerance else 0
        return f",.{decimals}f"


@dataclass(frozen=True)
class Verdict:
    """`status` is VERIFIED, CLAIM_CONTRADICTED or CLAIM_UNSUPPORTED; `recomputed` is None for the last."""

    status: str
    recomputed: float | None
    reason: str


def read_claims(path: str | Path) -> list[Claim]:
    """The claims of a file, in its order. Raises ClaimError."""
    return parse_claims(_content(Path(path)), str(path))


def claimed_study(path: Path) -> str:
    """The study that a file of claims is about: the one it names, else that of the file's name."""
    content = _content(path)
    return content.get("study", path.stem) if isinstance(content, dict) else path.stem


def _content(path: Path) -> Any:
    try:
        return parse(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ClaimError(f"{path}: no claims file; claims are under config/claims") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ClaimError(f"{path}: not valid YAML ({error}); correct it") from None


def parse_claims(content: Any, where: str) -> list[Claim]:
    """Claims out of parsed YAML; `where` names the file in errors. Raises ClaimError."""
    if isinstance(content, dict) and "claims" in content:
        content = content["claims"]
    if not isinstance(content, list):
        raise ClaimError(f"{where}: a claims file is a list of claims, this holds {type(content).__name__}")
    claims = [_claim(entry, f"{where}, claim {place}", place) for place, entry in enumerate(content, start=1)]
    seen: set[str] = set()
    for claim in claims:
        if claim.id in seen:
            raise ClaimError(f"{where}: claim id '{claim.id}' occurs twice; give one of them another id")
        seen.add(claim.id)
    return claims


def judge(claim: Claim, records: Mapping[str, NumberRecord]) -> Verdict:
    """The verdict of a claim from the study's number records by id."""
    if claim.number is None:
        return Verdict(UNSUPPORTED, None, f"needs {claim.needs}")
    record = records.get(claim.number)
    if record is None:
        return Verdict(UNSUPPORTED, None, f"this study has no number {claim.number}")
    if record.value is None:
        return Verdict(UNSUPPORTED, None, f"{record.id} is undefined on this study's tables (n = {record.n})")
    distance, agrees = abs(record.value - claim.value), claim.agrees(record.value)
    status = VERIFIED if agrees else CONTRADICTED
    return Verdict(status, record.value, _reason(distance, claim.tolerance, agrees))


def _reason(distance: float, tolerance: float, agrees: bool) -> str:
    if agrees:
        return f"within {tolerance:g} of what was said" if tolerance else "equal to what was said"
    return f"differs from what was said by {distance:.3g}, more than {tolerance:g}"


def _claim(entry: Any, where: str, place: int) -> Claim:
    if not isinstance(entry, dict):
        raise ClaimError(f"{where}: expected a mapping with {', '.join(REQUIRED)}")
    missing = [key for key in REQUIRED if key not in entry]
    unknown = [key for key in entry if key not in (*REQUIRED, *OPTIONAL)]
    if missing or unknown:
        raise ClaimError(f"{where}: misses {missing}, has unknown keys {unknown}; keys are in {__name__}")
    entry = {"id": str(place), "tolerance": 0, **entry}
    for key in ("value", "tolerance"):
        if not isinstance(entry[key], int | float) or not math.isfinite(entry[key]):
            raise ClaimError(f"{where}: {key} must be a number, but is {entry[key]!r}")
    texts: Sequence[str] = [key for key in ("number", "needs", "note") if entry.get(key) is not None]
    for key in ("id", "text", *texts):
        if not isinstance(entry[key], str) or not entry[key].strip():
            raise ClaimError(f"{where}: {key} must be text, but is {entry[key]!r}")
    if entry["number"] is None and not entry.get("needs"):
        raise ClaimError(f"{where}: without a number it must say what deciding it needs (key needs)")
    numbers = {key: float(entry[key]) for key in ("value", "tolerance")}
    return Claim(**{**entry, **numbers, "yes_no": isinstance(entry["value"], bool)})
