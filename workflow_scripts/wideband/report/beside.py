"""What stands beside the site, in `audit/`: scripts that its pages read, written after the site by others.

The driver writes the ledger's head and where the time went when it has sealed a run, the audit what it found.
No job writes or reads them: times differ from run to run, the site must not.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ..provenance.atomic import write_text
from ..provenance.times import Spent
from .edition import edition
from .figures import times

AUDIT, LEDGER, TIMES = "audit/audit.js", "audit/ledger.js", "audit/times.js"


def write_ledger_script(root: Path, head: str) -> None:
    """Tell the site in the results folder `root` the hash of the ledger's last line."""
    _write(root / LEDGER, "widebandLedger", {"head": head})


def write_times_script(root: Path, spent: Spent, slurm: Sequence[Sequence[str]] = ()) -> None:
    """Tell the site where the time of the jobs went: a plot, the facts above it, SLURM's jobs below."""
    figure = times.figure(spent)
    told = {"facts": times.facts(spent), "figure": figure.json() if figure else None, "slurm": slurm}
    _write(root / TIMES, "widebandTimes", told)


def write_audit_script(root: Path, audit: dict[str, Any]) -> None:
    """Tell the site what an audit found: the content of audit.json.

    The edition of the site goes with it, by which pages see that they are not the ones that were audited.
    """
    _write(root / AUDIT, "widebandAudit", {**audit, "edition": edition(root)})


def _write(path: Path, variable: str, content: dict[str, Any]) -> None:
    write_text(path, f"window.{variable} = {json.dumps(content, ensure_ascii=False, allow_nan=False)};\n")
