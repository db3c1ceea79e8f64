"""The cards of the built site held against the records and the manifests."""

import json
from collections.abc import Iterator
from typing import Any

from ..report.book import Book
from ..report.cards import read_cards
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


def _mismatch(detail: str, file: str, number: str | None = None) -> Finding:
    return Finding("TEXT_MISMATCH", 6, detail, file=file, stage="report", number=number)
