"""L6, claims: what was published about a study, held against the numbers computed again.

Files of claims lie in `config/claims/`; what they hold is described in `wideband.numbers.claims`.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from ..numbers.claims import CONTRADICTED, UNSUPPORTED, VERIFIED, Claim, claimed_study, read_claims
from ..numbers.plan import Request
from .derived import Derived
from .finding import Finding
from .memo import Memo
from .recompute import FAILED, Again
from .results import Results

FOLDER = Path("config/claims")


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
    """Claims about a study, with the file of each. Raises ClaimError."""
    for path in sorted((project / FOLDER).glob("*.yaml")):
        if claimed_study(path) == study:
            yield from ((f"{FOLDER}/{path.name}", claim) for claim in read_claims(path))


def check(
    results: Results, requests: Iterable[Request], codes: Mapping[str, set[str]], memo: Memo
) -> list[Judged]:
    """Every claim about the study against its numbers. Raises ClaimError."""
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
    if claim.number is None:
        return UNSUPPORTED, f"needs {claim.needs}"
    if claim.number not in values:
        return UNSUPPORTED, f"the study has no number {claim.number}, or its files are missing"
    value = values[claim.number]
    if value is None:
        return UNSUPPORTED, f"{claim.number} is undefined: the data cannot give it"
    if not claim.agrees(value):
        return CONTRADICTED, f"claimed {claim.value:g} ± {claim.tolerance:g}, computed again {value:.6g}"
    if claim.number in codes:
        return UNSUPPORTED, f"{claim.number} is not verified: {' '.join(sorted(codes[claim.number]))}"
    return VERIFIED, f"computed again {value:.6g}"
