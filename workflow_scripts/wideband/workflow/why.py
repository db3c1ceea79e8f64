"""Why a job is stale, in words."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from .freshness import Reason

TEXTS = {
    "missing": "{what} is not there",
    "unrecorded": "{what} has no manifest: its job did not finish",
    "edited": "{what} was edited since its job wrote it",
    "input": "its input {what} changed",
    "params": "{what} changed: {old} → {new}",
    "code": "code changed: {what} {old} → {new}",
    "environment": "environment lock changed: {old} → {new}",
}
DIGEST, LONGEST, SHOWN = 64, 24, 3


def why(found: Iterable[Reason], outputs: int = 0) -> str:
    """Why one job runs: its first reasons, or that it follows another.

    A job none of whose `outputs` is there never ran.
    """
    found = list(found)
    if outputs and [reason.kind for reason in found] == ["missing"] * outputs:
        return "never ran"
    texts = [in_words(reason) for reason in found]
    more = f" and {len(texts) - SHOWN} more" if len(texts) > SHOWN else ""
    return "; ".join(texts[:SHOWN]) + more if texts else "follows a job above"


def in_words(reason: Reason) -> str:
    """One reason, with content before and after where there is one."""
    return TEXTS[reason.kind].format(what=reason.what, old=_short(reason.old), new=_short(reason.new))


def changes(stale: dict[str, list[Reason]], lines: int = 12) -> list[str]:
    """What has changed since the last run, most jobs first; nothing for jobs that never ran."""
    reasons = (reason for found in stale.values() for reason in found if reason.kind != "missing")
    counted = Counter(map(in_words, reasons))
    shown = [f"{text} ({jobs} job{'s' if jobs > 1 else ''})" for text, jobs in counted.most_common(lines)]
    rest = len(counted) - len(shown)
    return [*shown, f"and {rest} more; `wideband explain` lists them"] if rest > 0 else shown


def _short(value: Any) -> str:
    text = "nothing" if value is None else str(value)
    # A digest says enough with its beginning.
    return text[:8] if len(text) == DIGEST else text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
