"""`wideband claims`: checks published statements about a study."""

import argparse
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ..audit.claims import VERIFIED, Judged
from ..audit.run import Question, audit
from ..config.claims import FOLDER
from ..numbers.claims import combined
from ..provenance import registrations
from .audit import quiet
from .register import register
from .study import add_study, chosen_study, ran, results

# All that a claim needs: bytes, freshness, lineage, recomputation, verdicts, and the claims themselves.
LEVELS = (0, 1, 2, 3, 4, 6)


def arguments(parser: argparse.ArgumentParser) -> None:
    """What can be asked."""
    add_study(parser)
    parser.add_argument(
        "--paranoid",
        action="store_true",
        help="compute everything again, without the cache of your earlier audits",
    )
    parser.add_argument(
        "--register",
        action="store_true",
        help="record the claims in the study's ledger; do it before the study runs",
    )
    parser.add_argument("--json", action="store_true", help="print JSON instead of text")


def run(args: argparse.Namespace) -> int:
    """Print every claim about the study with its verdict, or register them. Status 1 if one does not hold.

    Raises WidebandError for a study that never ran or a claim that cannot be registered, ClaimError for a
    file of claims that cannot be read.
    """
    quiet()
    study = chosen_study(args)
    if args.register:
        print("\n".join(register(study)))
        return 0
    ran(study)
    judged = audit(study, Path(), Question(LEVELS, args.paranoid)).claims
    if args.json:
        print(json.dumps([together(parts) for parts in statements(judged)], indent=1, ensure_ascii=False))
    else:
        newest_first = reversed(registrations.read(results(study)))
        before = {registration.id: registration for registration in newest_first}
        print("\n".join(lines(judged, before)) or f"{study.name}: no claims in {FOLDER}/*.yaml")
    return int(any(judgement.verdict != VERIFIED for judgement in judged))


def statements(judged: Sequence[Judged]) -> list[list[Judged]]:
    """The claims, the parts of one together, in the order of the files."""
    found: dict[tuple[str, str], list[Judged]] = {}
    for judgement in judged:
        found.setdefault((judgement.file, judgement.claim.statement_id), []).append(judgement)
    return list(found.values())


def together(parts: Sequence[Judged]) -> dict[str, Any]:
    """A claim for machines; one that has parts lists these, each like a claim of its own."""
    if parts[0].claim.whole is None:
        return as_json(parts[0])
    listed = [as_json(part) for part in parts]
    return {
        "id": parts[0].claim.whole,
        "verdict": combined(part.verdict for part in parts),
        **{key: [part[key] for part in listed] for key in ("claimed", "computed", "why", "number")},
        "parts": listed,
    }


def as_json(judged: Judged) -> dict[str, Any]:
    """A claim or a part for machines; `claimed` is a number, yes or no, or a side such as `above 0`."""
    return {
        "id": judged.claim.id,
        "verdict": judged.verdict,
        "claimed": judged.claim.stated_value,
        "computed": judged.computed,
        "why": judged.detail,
        "number": judged.claim.number,
    }


def lines(
    judged: Sequence[Judged], registered: Mapping[str, registrations.Registration] | None = None
) -> list[str]:
    """Two lines for every claim: verdict, id and text, then the file, why, and when it was registered.

    Of one that has parts a line for each of them follows the first.
    """
    found = statements(judged)
    verdicts = max((len(combined(part.verdict for part in parts)) for parts in found), default=0)
    ids = max((len(parts[0].claim.statement_id) for parts in found), default=0)
    return [_lines(parts, f"{'':{verdicts}}  {'':{ids}}  ", ids, registered or {}) for parts in found]


def _lines(
    parts: Sequence[Judged], indent: str, ids: int, registered: Mapping[str, registrations.Registration]
) -> str:
    claim, verdict = parts[0].claim, combined(part.verdict for part in parts)
    first = f"{verdict:{len(indent) - ids - 4}}  {claim.statement_id:{ids}}  {claim.whole_text or claim.text}"
    rows = [
        f"{indent}{f'{part.claim.text}: ' if claim.whole else f'{part.file}: '}{part.detail}"
        f"{_registered(registered.get(part.claim.id))}"
        for part in parts
    ]
    if claim.whole:
        rows.insert(0, f"{indent}{parts[0].file}, in {len(parts)} parts:")
    return "\n".join([first, *rows])


def _registered(registration: registrations.Registration | None) -> str:
    if registration is None:
        return ""
    when = "before any result" if registration.before else "with results at hand"
    return f"; registered in line {registration.line}, {when}"
