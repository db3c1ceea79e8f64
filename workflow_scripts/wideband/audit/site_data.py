"""L6, data beside the pages of the built site: cards, the ledger's head, and where the time went.

Cards are held against the records and the manifests. Head and times are what the driver tells the site after
it was built.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ..provenance.ledger import entries, read_lines
from ..provenance.times import job_times, spent
from ..report.book import Book
from ..report.cards import read_cards
from ..report.page_data import LEDGER, TIMES, said_of_times
from ..report.page_data import read as read_data
from .finding import Finding

RECORDED = ("value", "ci", "n", "unit", "seed", "args")


def check_numbers(book: Book, read: bytes, file: str) -> Iterator[Finding]:
    """A finding for every number whose card does not say what its record says."""
    try:
        shown = read_cards(read.decode())["numbers"]
        on_cards = {name: {key: card.get(key) for key in RECORDED} for name, card in shown.items()}
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        yield _mismatch(f"not the script of the cards ({type(error).__name__}); build the report again", file)
        return
    due = {record.id: {key: getattr(record, key) for key in RECORDED} for record in book}
    for card in due.values():
        card["ci"] = None if card["ci"] is None else list(card["ci"])
    for name in sorted(on_cards.keys() | due.keys()):
        if on_cards.get(name) != due.get(name):
            what = _first_difference(on_cards.get(name), due.get(name))
            yield _mismatch(f"the card of {name}: {what}", file, name)


def check_lineage(read: bytes, due: bytes, ledger: str, file: str) -> Iterator[Finding]:
    """A finding for every output or other part of the cards that is not what `due`, made again, says.

    An output whose job has run again since the site was built, with the same result, is shown as it was: its
    manifest is another one now. Its card stands when the text of the `ledger` holds the manifest's digest.
    """
    try:
        shown, again = (_plain(read_cards(text.decode())) for text in (read, due))
    except (ValueError, LookupError, TypeError, AttributeError):
        return
    for part in sorted(shown.keys() | again.keys()):
        one, other = shown.get(part), again.get(part)
        if one != other and not _superseded(one, other, ledger):
            yield _mismatch(f"{part}: {_first_difference(one, other)}", file)


def _plain(cards: dict[str, Any]) -> dict[str, Any]:
    """Cards without places in lists: outputs by path with their job inside, numbers with paths they read."""
    outputs, jobs, estimators = cards.pop("outputs"), cards.pop("jobs"), cards.pop("estimators")
    paths = [output["path"] for output in outputs]
    plain = {key: value for key, value in cards.items() if key != "numbers"}
    for name, card in cards["numbers"].items():
        tables = [[paths[at], *more] for at, *more in card["tables"]]
        plain[f"number {name}"] = {**card, "estimator": estimators[card["estimator"]], "tables": tables}
    for output in outputs:
        names = {key: [paths[at] for at in output[key]] for key in ("parents", "gates")}
        job = {"job": jobs[output["job"]]} if "job" in output else {}
        plain[output["path"]] = {**output, **names, **job}
    return plain


def _superseded(one: Any, other: Any, ledger: str) -> bool:
    """Whether two descriptions of an output rest on different manifests, the shown one sealed once."""
    before, now = (lineage.get("manifest") if isinstance(lineage, dict) else None for lineage in (one, other))
    return before is not None and before != now and f'"{before}"' in ledger


def _first_difference(one: Any, other: Any) -> str:
    if isinstance(one, dict) and isinstance(other, dict):
        key = next(key for key in sorted(one.keys() | other.keys()) if one.get(key) != other.get(key))
        return f"{key} reads {_short(one.get(key))}, should read {_short(other.get(key))}"
    return f"reads {_short(one)}, should read {_short(other)}"


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) < 200 else f"{text[:199]}…"


def check_told(root: Path) -> Iterator[Finding]:
    """TEXT_MISMATCH for a file that holds more than data, or tells something else than ledger and manifests.

    The driver writes both files when a run is sealed: while the ledger has grown since then, times are not
    compared.
    """
    hashes = [entry["hash"] for entry in entries(read_lines(root)) if entry]
    contents = {place: _content(root / place) for place in (LEDGER, TIMES) if (root / place).is_file()}
    for place, content in contents.items():
        if isinstance(content, str):
            yield _mismatch(content, place)
    head = contents.get(LEDGER)
    if isinstance(head, dict) and head.get("head") not in hashes:
        yield _mismatch("tells a head that is in no line of the ledger", LEDGER)
    times = contents.get(TIMES)
    if isinstance(times, dict) and isinstance(head, dict) and hashes[-1:] == [head.get("head")]:
        due = _written(said_of_times(spent(job_times(root))))
        other = sorted(key for key in due if times.get(key) != due[key])
        if other or times.keys() - due.keys() != {"slurm"}:
            yield _mismatch(f"tells other {', '.join(other) or 'things'} than the manifests", TIMES)


def _written(content: dict[str, Any]) -> dict[str, Any]:
    """A JSON value as it is after having been written: tuples are lists."""
    return json.loads(json.dumps(content))


def _content(path: Path) -> Any:
    """What a file tells, or why it tells nothing, as a text."""
    try:
        found = read_data(path)
        return found if isinstance(found, dict) else "does not tell what it should"
    except (ValueError, OSError) as error:
        return f"is not the data that the site reads ({error}); run snakemake"


def _mismatch(detail: str, file: str, number: str | None = None) -> Finding:
    return Finding("TEXT_MISMATCH", 6, detail, file=file, stage="report", number=number)
