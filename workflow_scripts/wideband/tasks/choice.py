"""One of a list of options, all of them right: "pick a random fruit"."""

from collections.abc import Sequence

from ..scaffolds import Parsed
from .base import Reading, folded

DESCRIPTION = "pick one of the options of an answer space"
GIVES = frozenset({"answer", "options", "law", "end"})


def answers(options: Sequence[str]) -> list[str]:
    """The options as they are."""
    return list(options)


def read(parsed: Parsed, options: Sequence[str]) -> Reading:
    """Valid is an answer that is an option and nothing else, letter case and punctuation around it aside."""
    if parsed.answer is None:
        return Reading(None, None)
    known = {option: option for option in options}
    by_fold: dict[str, set[str]] = {}
    for option in options:
        by_fold.setdefault(folded(option), set()).add(option)
    written = parsed.answer.strip()
    meant = by_fold.get(folded(written), set())
    # Options that differ in letter case only are told apart by how they are written, or not at all.
    outcome = known.get(written) or (next(iter(meant)) if len(meant) == 1 else None)
    return Reading(parsed.answer, outcome)
