"""When each run of the driver began: one line a run, which only the driver writes, under its lock."""

import json
from datetime import UTC, datetime
from pathlib import Path

PLACE = "provenance/runs.jsonl"


def note_run(root: Path, began: datetime | None = None) -> None:
    """Note a run of the study in the results folder `root`; it began just now unless told otherwise."""
    place = root / PLACE
    place.parent.mkdir(parents=True, exist_ok=True)
    moment = (began or datetime.now(UTC)).astimezone(UTC).isoformat(timespec="milliseconds")
    with open(place, "a", encoding="utf-8") as runs:
        runs.write(json.dumps({"began": moment}) + "\n")


def runs_began(root: Path) -> list[datetime]:
    """When each noted run began, in order. What is no such line, as a full disk leaves one, is left out."""
    place = root / PLACE
    lines = place.read_text(encoding="utf-8", errors="replace").splitlines() if place.is_file() else []
    return sorted(filter(None, map(_began, lines)))


def _began(line: str) -> datetime | None:
    try:
        return datetime.fromisoformat(json.loads(line)["began"]).astimezone(UTC)
    except (ValueError, KeyError, TypeError):
        return None
