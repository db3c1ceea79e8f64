"""Data that pages read from `audit/`, next to the site: written after the site, by others.

The driver writes the ledger's head and where the time went when it has sealed a run, the audit what it found.
No job writes or reads them: times differ from run to run, the site must not.

A page opened from a disk may read no file but a script or a frame. A script there could do to the page what
it likes, so each file is a frame that hands its data over as a text. Pages load it in a sandbox (see
assets/page_data.js): whatever such a file holds, it cannot change a page.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ..provenance.atomic import write_text
from ..provenance.times import Spent
from .edition import edition
from .figures import times

AUDIT, LEDGER, TIMES = "audit/audit.html", "audit/ledger.html", "audit/times.html"
BEFORE = (
    '<!doctype html><meta charset="utf-8"><title>Wideband</title>\n<script type="application/json" id="told">'
)
AFTER = """</script>
<script>parent.postMessage(document.getElementById("told").textContent, "*");</script>
"""


def write_ledger(root: Path, head: str) -> None:
    """Tell the site in the results folder `root` the hash of the ledger's last line."""
    _write(root / LEDGER, {"head": head})


def write_times(root: Path, spent: Spent, slurm: Sequence[Sequence[str]] = ()) -> None:
    """Tell the site where the time of the jobs went: a plot, the facts above it, SLURM's jobs below."""
    _write(root / TIMES, {**said_of_times(spent), "slurm": slurm})


def said_of_times(spent: Spent) -> dict[str, Any]:
    """The plots of the times and of the critical path, as the site draws them, and the facts above them."""
    figure = times.figure(spent)
    path = times.path_figure(spent)
    return {
        "facts": times.facts(spent),
        "figure": figure.json() if figure else None,
        "path": path.json() if path else None,
    }


def write_audit(root: Path, audit: dict[str, Any]) -> None:
    """Tell the site what an audit found: the content of audit.json.

    The edition of the site goes with it, by which pages see that they are not the ones that were audited.
    """
    _write(root / AUDIT, {**audit, "edition": edition(root)})


def read(path: Path) -> Any:
    """What such a file tells. Raises ValueError for one that holds anything else than data."""
    text = path.read_text(encoding="utf-8")
    content = json.loads(text.removeprefix(BEFORE).removesuffix(AFTER))
    if text != _frame(content):
        raise ValueError("holds more than the data that it hands over")
    return content


def _frame(content: Any) -> str:
    text = json.dumps(content, ensure_ascii=False, allow_nan=False).replace("<", "\\u003c")
    return f"{BEFORE}{text}{AFTER}"


def _write(path: Path, content: dict[str, Any]) -> None:
    write_text(path, _frame(content))
