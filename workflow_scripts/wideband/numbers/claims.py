"""What somebody said about a study's numbers: files of claims, read and checked.

Claims lie in `config/claims/<study>.yaml`, a list (or a mapping with `study` and the list `claims`) of

    - id: c24
      text: Variance-band problems of the panel
      value: 382            # as said, in the unit of the record; true and false stand for 1 and 0
      tolerance: 0          # how far the record may be from it
      number: band_size.olympiad_pool.panel.gsm8k_warmup.variance_band   # id of a number record, or null
      direction: above      # optional, above or below: only the side of `value` was said; no tolerance then
      aggregator: mean over problems   # where a published number of that name could mean several things
      why_wide: ...         # the reason of a tolerance that hardly any number could miss
      needs: raw completions   # with number: null, what would have to be known; otherwise left out
      note: ...             # optional, a sentence for readers of the verdict

or, where one sentence gave several values, with `parts` in place of value and number:

    - id: a12
      text: Problems where the trained model is higher, equal, lower
      note: ...             # optional
      parts:                # each like a claim of its own; their ids are a12.1, a12.2, …
        - {text: higher, value: 9, number: signatures.higher.gsm8k_25.qwen-qwen_hot.integers-base}
        - {text: lower, value: 7, number: signatures.lower.gsm8k_25.qwen-qwen_hot.integers-base}

It is contradicted if one part is, unsupported if one part is and none contradicted, else verified.
"""

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from ..config.claims import ClaimError, claims_about, content_of
from .claim import ABOVE, BELOW, CONTRADICTED, UNSUPPORTED, VERIFIED, Claim, Verdict, combined, judge, several
from .ranges import possible

__all__ = [
    "CONTRADICTED",
    "UNSUPPORTED",
    "VERIFIED",
    "Claim",
    "ClaimError",
    "Verdict",
    "combined",
    "judge",
    "parse_claims",
    "parse_files",
    "read_claims",
    "read_files",
]

WHOLE = ("id", "text", "parts", "note")
REQUIRED = ("text", "value", "number")
OPTIONAL = ("id", "tolerance", "direction", "aggregator", "why_wide", "needs", "note")
TEXTS = ("number", "aggregator", "why_wide", "needs", "note")
# Ids become anchors of a page and keys of the ledger.
ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,99}")
# A claim that accepts more than this share of all values that its number can have could hardly fail.
HALF = 0.5


def read_claims(path: str | Path) -> list[Claim]:
    """The claims of a file, in its order. Raises ClaimError."""
    return parse_claims(content_of(Path(path)), str(path))


def read_files(study: str, project: Path = Path()) -> list[tuple[str, Claim]]:
    """Every claim about a study, with the file that it is in. Raises ClaimError."""
    return parse_files(claims_about(study, project))


def parse_files(contents: Mapping[str, Any]) -> list[tuple[str, Claim]]:
    """Claims out of the parsed YAML of several files by name; ids are unique among all. Raises ClaimError."""
    found = [(file, claim) for file, content in contents.items() for claim in parse_claims(content, file)]
    _unique((claim.id, file) for file, claim in found)
    return found


def parse_claims(content: Any, where: str) -> list[Claim]:
    """Claims out of parsed YAML; `where` names the file in errors. Raises ClaimError."""
    if isinstance(content, dict) and "claims" in content:
        content = content["claims"]
    if not isinstance(content, list):
        raise ClaimError(f"{where}: a claims file is a list of claims, this holds {type(content).__name__}")
    claims = [
        claim
        for place, entry in enumerate(content, start=1)
        for claim in _claims(entry, f"{where}, claim {place}", place)
    ]
    _unique((name, where) for claim in claims for name in _names(claim))
    return claims


def _names(claim: Claim) -> list[str]:
    """The ids that a claim takes: its own, and with the first part that of the whole."""
    first = claim.whole is not None and claim.id == f"{claim.whole}.1"
    return [claim.id, *([claim.whole] if first else [])]


def _claims(entry: Any, where: str, place: int) -> list[Claim]:
    """One claim, or the parts of one."""
    if not isinstance(entry, dict) or "parts" not in entry:
        return [_claim(entry, where, place)]
    unknown = [key for key in entry if key not in WHOLE]
    parts = entry["parts"]
    if unknown or not isinstance(parts, list) or not parts:
        raise ClaimError(f"{where}: a claim with parts has only {', '.join(WHOLE)} and a list of parts")
    fields = {"id": str(place), "note": None, **entry}
    for key in ("id", "text", *(["note"] if fields["note"] is not None else [])):
        if not isinstance(fields.get(key), str) or not fields[key].strip():
            raise ClaimError(f"{where}: {key} must be text, but is {fields.get(key)!r}")
    whole = {"whole": fields["id"], "whole_text": fields["text"], "whole_note": fields["note"]}
    return [_part(part, whole, f"{where}, part {number}", number) for number, part in enumerate(parts, 1)]


def _part(part: Any, whole: dict[str, Any], where: str, number: int) -> Claim:
    if isinstance(part, dict) and "id" in part:
        raise ClaimError(f"{where}: parts are numbered; leave its id out")
    identity = f"{whole['whole']}.{number}"
    claim = _claim({**part, "id": identity} if isinstance(part, dict) else part, where, number)
    return replace(claim, **whole)


def _unique(named: Iterable[tuple[str, str]]) -> None:
    seen: dict[str, str] = {}
    for identity, file in named:
        if identity in seen:
            other = "" if seen[identity] == file else f", in {seen[identity]} too"
            raise ClaimError(
                f"{file}: claim id '{identity}' occurs twice{other}; give one of them another id"
            )
        seen[identity] = file


def _claim(entry: Any, where: str, place: int) -> Claim:
    if not isinstance(entry, dict):
        raise ClaimError(f"{where}: expected a mapping with {', '.join(REQUIRED)}")
    missing = [key for key in REQUIRED if key not in entry]
    unknown = [key for key in entry if key not in (*REQUIRED, *OPTIONAL)]
    if missing or unknown:
        raise ClaimError(f"{where}: misses {missing}, has unknown keys {unknown}; keys are in {__name__}")
    entry = {"id": str(place), "tolerance": 0, **entry}
    yes_no = isinstance(entry["value"], bool)
    numbers = {key: _number(entry[key], key, where) for key in ("value", "tolerance")}
    for key in ("id", "text", *(key for key in TEXTS if entry.get(key) is not None)):
        if not isinstance(entry[key], str) or not entry[key].strip():
            raise ClaimError(f"{where}: {key} must be text, but is {entry[key]!r}")
    claim = Claim(**{**entry, **numbers, "yes_no": yes_no})
    for wrong in (_shape(claim), _aggregator(claim), _width(claim)):
        if wrong:
            raise ClaimError(f"{where}: {wrong}")
    return claim


def _number(value: Any, key: str, where: str) -> float:
    try:
        number = float(value) if isinstance(value, int | float) else math.nan
    except OverflowError:
        number = math.inf
    if not math.isfinite(number) or (key == "tolerance" and isinstance(value, bool)):
        raise ClaimError(f"{where}: {key} must be a number, but is {value!r}")
    return number


def _shape(claim: Claim) -> str | None:
    if not ID.fullmatch(claim.id):
        return f"id '{claim.id[:40]}' has illegal characters; use letters, digits, '.', '_' and '-'"
    if claim.number is None and not claim.needs:
        return "without a number it must say what deciding it needs (key needs)"
    if claim.direction not in (None, ABOVE, BELOW):
        return f"direction must be {ABOVE} or {BELOW}, but is {claim.direction!r}"
    if claim.direction and (claim.tolerance or claim.yes_no):
        return "a direction has no tolerance and no yes or no; leave one of them out"
    if claim.tolerance < 0:
        return f"tolerance must not be negative, but is {claim.tolerance:g}"
    return None


def _aggregator(claim: Claim) -> str | None:
    meanings = several(claim.number) if claim.number else None
    if meanings is None or claim.aggregator in meanings.known:
        return None
    start = f"aggregator is {claim.aggregator!r}" if claim.aggregator else "it must say its aggregator"
    return f"{start}; a published {claim.number} could be the {', '.join(meanings.known)}: name one of them"


def _width(claim: Claim) -> str | None:
    """Why the claim could not fail, or hardly; None where it could or says why it is so."""
    if claim.why_wide:
        return None
    low, high = possible(claim.number) if claim.number else (-math.inf, math.inf)
    if claim.direction:
        vain = claim.value < low if claim.direction == ABOVE else claim.value > high
        return (
            f"every {claim.number} is {claim.stated_value}: the claim cannot fail; say something else"
            if vain
            else None
        )
    remedy = "lower it, or say why it is so wide (key why_wide)"
    if claim.yes_no:
        return "yes or no has no tolerance; leave it out" if claim.tolerance else None
    if math.isfinite(high - low):
        accepted = min(high, claim.value + claim.tolerance) - max(low, claim.value - claim.tolerance)
        if accepted > HALF * (high - low):
            return f"tolerance {claim.tolerance:g} accepts most values from {low:g} to {high:g}; {remedy}"
    if claim.value and claim.tolerance >= abs(claim.value):
        return f"tolerance {claim.tolerance:g} cannot tell {claim.value:g} from nothing; {remedy}"
    return None
