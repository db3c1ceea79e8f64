"""L6, claims: published statements are compared with the numbers computed again.

Files of claims lie in `config/claims/`; what they hold is described in `wideband.numbers.claims`.
"""

from collections.abc import Iterable, Mapping, Sequence

from ..numbers.claims import CONTRADICTED, UNSUPPORTED, VERIFIED, Claim, read_files
from ..numbers.plan import Request
from . import registered
from .derived import Derived
from .memo import Memo
from .recompute import FAILED, Again
from .registered import Judged
from .results import Results


def check(
    results: Results, requests: Sequence[Request], codes: Mapping[str, set[str]], memo: Memo
) -> list[Judged]:
    """Every claim about the study against its numbers. Raises ClaimError."""
    claims = read_files(results.study.name, results.project)
    wanted = {claim.number for _, claim in claims}
    again, values = Again(results, Derived(results), memo), {}
    for request in (planned for planned in requests if planned.id in wanted):
        try:
            values[request.id] = again.number(request)[0]
        except FAILED:
            # Absent from the values, it supports nothing; why is said by the levels below.
            continue
    return registered.check(results, judge(claims, values, codes), requests)


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
) -> tuple[str, str, float | None]:
    if claim.number is None:
        return UNSUPPORTED, f"needs {claim.needs}", None
    if claim.number not in values:
        return UNSUPPORTED, f"the study has no number {claim.number}, or its files are missing", None
    value = values[claim.number]
    if value is None:
        return UNSUPPORTED, f"{claim.number} is undefined: the data cannot give it", None
    if claim.foreign:
        return UNSUPPORTED, claim.foreign, value
    if not claim.agrees(value):
        within = claim.stated_value if claim.direction else f"{claim.value:g} ± {claim.tolerance:g}"
        return CONTRADICTED, f"claimed {within}, computed again {value:.6g}", value
    if claim.number in codes:
        unverified = " ".join(sorted(codes[claim.number]))
        return UNSUPPORTED, f"{claim.number} is not verified: {unverified}", value
    return VERIFIED, f"computed again {value:.6g}", value
