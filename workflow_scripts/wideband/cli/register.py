"""`wideband claims --register`: records claims in the ledger before the study runs."""

from pathlib import Path
from typing import Any

from ..audit.recompute import requests
from ..audit.registered import changes, known_before, seeds_of
from ..audit.results import Results
from ..config import Study
from ..config.claims import FOLDER
from ..errors import WidebandError
from ..numbers.claims import Claim, read_files
from ..provenance import ledger, registrations
from ..provenance.digests import path_digest
from ..provenance.driver import held
from .study import no_number, results


def register(study: Study) -> list[str]:
    """Seal every claim about the study that is not sealed yet; a line for each, then the ledger's head.

    Raises WidebandError, and seals nothing, where the study runs now, a claim has no id of its own or names
    a number that the study does not have, or one that is registered says something else by now.
    """
    claims = read_files(study.name)
    if not claims:
        raise WidebandError(f"{study.name}: no claims in {FOLDER}/*.yaml to register")
    root = results(study)
    with held(root):
        return _register(study, root, claims)


def _register(study: Study, root: Path, claims: list[tuple[str, Claim]]) -> list[str]:
    ledger.seal(root)
    first = {registration.id: registration for registration in reversed(registrations.read(root))}
    new = [(file, claim) for file, claim in claims if claim.id not in first and claim.number]
    _unchanged(study, [claim for _, claim in claims if claim.id in first], first)
    head = registrations.register(root, _records(study, root, new))
    lines = {registration.id: registration for registration in registrations.read(root)}
    outcomes = [_outcome(claim, lines.get(claim.id), claim.id in first) for _, claim in claims]
    return [
        *outcomes,
        f"ledger head {head}",
        f'keep it where nobody can change it: git tag -s wideband/{study.name} -m "{head}"',
    ]


def _records(study: Study, root: Path, claims: list[tuple[str, Claim]]) -> list[dict[str, Any]]:
    plan = {request.id: request for request in requests(Results(root, Path(), study, [], path_digest))}
    entries = [entry for entry in ledger.entries(ledger.read_lines(root)) if entry]
    for file, claim in claims:
        if claim.id.isdecimal():
            raise WidebandError(
                f"{file}: claim {claim.id} has no id; give it one, so that it can be recognised later"
            )
        if claim.number not in plan:
            raise WidebandError(f"{file}, claim {claim.id}: {no_number(study, str(claim.number), plan)}")
    return [
        {
            "study": study.name,
            "file": file,
            "claim": claim.statement,
            "seeds": seeds_of(study),
            "known": known_before(study, plan[str(claim.number)], entries),
        }
        for file, claim in claims
    ]


def _unchanged(study: Study, claims: list[Claim], first: dict[str, registrations.Registration]) -> None:
    for claim in claims:
        if first[claim.id].record is None:
            raise WidebandError(
                f"claim {claim.id} is registered in line {first[claim.id].line}, but its record "
                f"{first[claim.id].place} is gone or edited; restore it"
            )
        if differs := changes(first[claim.id], claim, study):
            raise WidebandError(
                f"claim {claim.id} was registered with other content in line {first[claim.id].line} "
                f"({'; '.join(differs)}); restore that, and give the new statement an id of its own"
            )


def _outcome(claim: Claim, registration: registrations.Registration | None, already: bool) -> str:
    if registration is None:
        return f"{claim.id}: not registered, since no number decides it"
    known = (registration.record or {}).get("known")
    when = f"when there was {known}" if known else "before there was any result of its number"
    return f"{claim.id}: registered {'already, ' if already else ''}in line {registration.line}, {when}"
