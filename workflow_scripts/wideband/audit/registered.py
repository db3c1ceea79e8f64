"""L6, registered claims: are they unchanged, and were they registered before their results?"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ..config import Study
from ..numbers.claims import Claim
from ..numbers.plan import Request
from ..provenance import registrations
from ..provenance.registrations import Registration
from .finding import Finding
from .graph import CELL
from .results import Results

EDITED, REMOVED = "CLAIM_EDITED", "CLAIM_REMOVED"


@dataclass(frozen=True)
class Judged:
    """A claim of a file, its verdict, and why; `computed` is its number computed again, None without one."""

    file: str
    claim: Claim
    verdict: str
    detail: str
    computed: float | None = None

    @property
    def finding(self) -> Finding:
        """The same as a finding of L6."""
        text = ": ".join(filter(None, (self.claim.whole_text, self.claim.text)))
        detail = f"{self.claim.id} {text!r}: {self.detail}"
        return Finding(self.verdict, 6, detail, self.file, number=self.claim.number)


def check(results: Results, judged: Sequence[Judged], requests: Iterable[Request]) -> list[Judged]:
    """The verdicts again, with CLAIM_EDITED for what differs from its registration, then what was removed."""
    found = registrations.read(results.root)
    # The first counts: what is said of it later does not change what was said.
    first_entries = {entry.id: entry for entry in reversed(found) if entry.record}
    plan = {request.id: request for request in requests}
    own = [_compared(judgement, first_entries.get(judgement.claim.id), results.study) for judgement in judged]
    gone = [entry for entry in found if entry.id not in {other.claim.id for other in judged}]
    return [*own, *map(_removed, gone), *_dated_early(results, found, plan)]


def records(results: Results) -> Iterator[Finding]:
    """RECORD_MISSING for what was registered and is gone or edited, and for records that no line names."""
    found = registrations.read(results.root)
    for entry in found:
        if entry.record is None:
            detail = f"the claim '{entry.id}', registered in line {entry.line}, is gone or edited"
            yield Finding("RECORD_MISSING", 0, detail, entry.place)
    named = {entry.place for entry in found}
    for path in sorted((results.root / registrations.FOLDER).glob("*.json")):
        place = path.relative_to(results.root).as_posix()
        if place not in named:
            yield Finding("LEDGER_BROKEN", 0, "a claim was registered here, but no line says so", place)


def known_before(study: Study, request: Request, entries: Iterable[Mapping[str, Any]]) -> str | None:
    """What was there of a number when these lines of the ledger were all: its first result; None for none."""
    cells = {cell.groups() for path in request.paths if (cell := CELL.fullmatch(path))}
    for arm, *_ in sorted(cells):
        if arm in study.arms and study.imported(arm):
            return f"results of arm '{arm}', which are imported"
    for line in entries:
        output = line["output"]["path"]
        cell = CELL.fullmatch(output)
        if output in request.paths or (cell and cell.groups() in cells):
            return f"{output}, sealed in line {line['seq'] + 1}"
    return None


def changes(registration: Registration, claim: Claim, study: Study) -> list[str]:
    """How a claim, and the seeds of its study, differ from what was registered."""
    before = registration.record or {}
    pairs = [("", before.get("claim", {}), claim.statement)]
    seeds = seeds_of(study)
    pairs.append(
        ("seeds.", before.get("seeds", {}), {key: seeds.get(key) for key in before.get("seeds", {})})
    )
    return [
        f"{prefix}{key} {_shown(old.get(key))} → {_shown(new.get(key))}"
        for prefix, old, new in pairs
        for key in sorted(old.keys() | new.keys())
        if old.get(key) != new.get(key)
    ]


def _compared(judged: Judged, registration: Registration | None, study: Study) -> Judged:
    if registration is None:
        return judged
    differs = changes(registration, judged.claim, study)
    if not differs:
        return judged
    detail = f"registered otherwise in line {registration.line}: {'; '.join(differs)}"
    return replace(
        judged, verdict=EDITED, detail=f"{detail} (as it stands, {judged.verdict}: {judged.detail})"
    )


def _removed(registration: Registration) -> Judged:
    record = registration.record
    if record is None:
        lost = Claim(registration.id, "(its record is gone)", 0.0, 0.0, None)
        return Judged(registration.place, lost, REMOVED, f"was registered in line {registration.line}")
    detail = f"registered in line {registration.line}, but the file of claims does not hold it"
    return Judged(record["file"], Claim.stated(record["claim"]), REMOVED, detail)


def _dated_early(
    results: Results, found: Iterable[Registration], plan: Mapping[str, Request]
) -> Iterator[Judged]:
    """Registrations that say that no result was there, although an earlier line holds one."""
    for entry in found:
        request = plan.get(entry.record["claim"].get("number")) if entry.record and entry.before else None
        known = known_before(results.study, request, results.entries[: entry.line - 1]) if request else None
        if known:
            detail = f"line {entry.line} registers it as said before its results, but there was {known}"
            yield Judged(entry.record["file"], Claim.stated(entry.record["claim"]), EDITED, detail)


def _shown(value: Any) -> str:
    return "nothing" if value is None else str(value)


def seeds_of(study: Study) -> dict[str, Any]:
    """Every seed of a study by its dotted key."""
    return dict(_seeds(study.model_dump(mode="json"), ""))


def _seeds(value: Any, at: str) -> Iterator[tuple[str, Any]]:
    for key, inner in value.items() if isinstance(value, dict) else ():
        dotted = f"{at}.{key}" if at else str(key)
        if key in ("seed", "seeds") or str(key).endswith(("_seed", "_seeds")):
            yield dotted, inner
        else:
            yield from _seeds(inner, dotted)
