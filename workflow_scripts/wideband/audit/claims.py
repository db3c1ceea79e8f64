"""L6, claims: what was published about a study, held against the numbers computed again.

A file `config/claims/*.yaml` names a study and lists claims:

    study: micro
    claims:
      - text: Panel solves 62 % of the grade-school tier.
        number: pass@1.gsm8k_test.panel.olympiad_rlvr
        value: 0.62
        tolerance: 0.005
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml
from pydantic import Field, ValidationError

from ..config.base import Strict
from ..config.strict_yaml import parse
from ..errors import WidebandError
from ..numbers.plan import Request
from .derived import Derived
from .finding import Finding
from .recompute import FAILED, Again
from .results import Results

FOLDER = Path("config/claims")
VERIFIED, CONTRADICTED, UNSUPPORTED = "VERIFIED", "CLAIM_CONTRADICTED", "CLAIM_UNSUPPORTED"


class ClaimsError(WidebandError):
    """A file of claims that cannot be read; the message names file and key."""


class Claim(Strict):
    """A published statement."""

    text: str = Field(description="the statement, as published")
    number: str = Field(description="id of the number it rests on")
    value: float = Field(description="the value that it states, in the number's unit")
    tolerance: float = Field(0.0, ge=0, description="by how much the number may differ")


class Claims(Strict):
    """A file of claims."""

    study: str = Field(description="name of the study")
    claims: list[Claim] = Field(description="statements about its numbers")


@dataclass(frozen=True)
class Judged:
    """A claim of a file, its verdict, and why."""

    file: str
    claim: Claim
    verdict: str
    detail: str

    @property
    def finding(self) -> Finding:
        """The same as a finding of L6."""
        return Finding(
            self.verdict, 6, f"{self.claim.text!r}: {self.detail}", self.file, number=self.claim.number
        )


def read(project: Path, study: str) -> Iterator[tuple[str, Claim]]:
    """Claims about a study, with the file of each. Raises ClaimsError."""
    for path in sorted((project / FOLDER).glob("*.yaml")):
        found = _parsed(path)
        if found.study == study:
            yield from ((f"{FOLDER}/{path.name}", claim) for claim in found.claims)


def check(
    results: Results, requests: Iterable[Request], codes: Mapping[str, set[str]], memo: Memo
) -> list[Judged]:
    """Every claim about the study against its numbers. Raises ClaimsError."""
    claims = list(read(results.project, results.study.name))
    wanted = {claim.number for _, claim in claims}
    again, values = Again(results, Derived(results), memo), {}
    for request in (each for each in requests if each.id in wanted):
        try:
            values[request.id] = again.number(request)[0]
        except FAILED:
            # Absent from the values, it supports nothing; why is said by the levels below.
            continue
    return judge(claims, values, codes)


def judge(
    claims: Iterable[tuple[str, Claim]],
    values: Mapping[str, float | None],
    codes: Mapping[str, set[str]],
) -> list[Judged]:
    """A verdict for each claim.

    Args:
        values: numbers computed again, by id; None for one that the data cannot give.
        codes: of the numbers that the audit does not verify.
    """
    return [Judged(file, claim, *_verdict(claim, values, codes)) for file, claim in claims]


def _verdict(
    claim: Claim, values: Mapping[str, float | None], codes: Mapping[str, set[str]]
) -> tuple[str, str]:
    if claim.number not in values:
        return UNSUPPORTED, f"the study has no number {claim.number}, or its files are missing"
    value = values[claim.number]
    if value is None:
        return UNSUPPORTED, f"{claim.number} is undefined: the data cannot give it"
    if abs(value - claim.value) > claim.tolerance + 1e-12:
        return CONTRADICTED, f"claimed {claim.value:g} ± {claim.tolerance:g}, computed again {value:.6g}"
    if claim.number in codes:
        return UNSUPPORTED, f"{claim.number} is not verified: {' '.join(sorted(codes[claim.number]))}"
    return VERIFIED, f"computed again {value:.6g}"


def _parsed(path: Path) -> Claims:
    try:
        return Claims.model_validate(parse(path.read_text(encoding="utf-8")))
    except yaml.YAMLError as error:
        raise ClaimsError(f"{path}: not valid YAML ({error}); correct it") from None
    except UnicodeDecodeError as error:
        raise ClaimsError(f"{path}: not UTF-8 text ({error}); save it as UTF-8") from None
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(map(str, first["loc"])) or "the file"
        raise ClaimsError(f"{path}: {key}: {first['msg']}; see wideband.audit.claims") from None
