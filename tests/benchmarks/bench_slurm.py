"""What a SLURM job costs beside SLURM's own work, by the manifests of a study run there (`make demo-slurm`).

From the job's start (SLURM tells whole seconds) to its first script's process, and from there through the
script's imports. Jobs of a group come one after the other, so only the first one of each SLURM job counts.
"""

import json
import os
from collections import defaultdict
from datetime import datetime
from pathlib import Path
from statistics import median
from typing import Any

from harness import ROOT, write

from wideband.provenance.manifest import SUFFIX

RESULTS = Path(os.environ.get("RESULTS", ROOT / "results/nano"))


def first_jobs(root: Path) -> list[dict[str, Any]]:
    """The manifest of the first job in each SLURM job."""
    found = [json.loads(path.read_text()) for path in root.rglob(f"*{SUFFIX}")]
    found = [each for each in found if each["machine"]["slurm"]]
    first: dict[str, dict[str, Any]] = {}
    for each in sorted(found, key=lambda manifest: manifest["process_started"], reverse=True):
        first[each["machine"]["slurm"]["slurm job"]] = each
    return list(first.values())


def seconds(first: str, last: str) -> float:
    """Between two moments; what names no time zone is local time."""
    return (
        datetime.fromisoformat(last).astimezone() - datetime.fromisoformat(first).astimezone()
    ).total_seconds()


def main() -> None:
    """Print and write the table, a row per rule."""
    jobs = first_jobs(RESULTS) if RESULTS.is_dir() else []
    if not jobs:
        print(f"\nskipped bench_slurm: nothing in {RESULTS} ran on SLURM; run `make demo-slurm` first")
        return
    times = defaultdict(list)
    for each in jobs:
        slurm = each["machine"]["slurm"]
        times[each["rule"]].append(
            (
                seconds(slurm["slurm submitted"], slurm["slurm started"]),
                seconds(slurm["slurm started"], each["process_started"]),
                seconds(each["process_started"], each["started"]),
            )
        )
    print(f"\nSLURM jobs of {RESULTS.name}, medians in seconds (largest)")
    print(f"{'first rule of the job':24} {'jobs':>4} {'queued':>14} {'start to script':>18} {'imports':>14}")
    rows = []
    for rule, measured in sorted(times.items()):
        columns = list(zip(*measured, strict=True))
        shown = [f"{median(column):6.1f} ({max(column):4.1f})" for column in columns]
        print(f"{rule:24} {len(measured):4} {shown[0]:>14} {shown[1]:>18} {shown[2]:>14}")
        names = ("queued_s", "start_to_script_s", "imports_s")
        rows.append(
            {"what": rule, "jobs": len(measured), **dict(zip(names, map(median, columns), strict=True))}
        )
    write("slurm", rows)


if __name__ == "__main__":
    main()
