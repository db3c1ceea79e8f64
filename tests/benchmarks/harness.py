"""Both sides on the same work in one call: equality first, then interleaved repeats, medians and spread.

Ratios are taken repeat by repeat, so that a busy machine slows both sides of each. `seconds` is wall time,
`cpu` the processor time of this process. Rows go to results/bench/<name>.json.
"""

import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).parents[2]
OUT = ROOT / "results" / "bench"
HEAD = f"{'':46} {'ours':>10} {'baseline':>10} {'ratio':>8}   spread of the ratio    cpu ratio"


def compare(
    what: str,
    ours: Callable[[], Any],
    baseline: Callable[[], Any],
    check: Callable[[Any, Any], None],
    repeats: int = 5,
    warm: bool = True,
) -> dict[str, Any]:
    """Time two callables on the same work; `check` raises when their results differ.

    That is the warm-up, without one (for work of minutes) the first repeat.
    """
    if warm:
        check(ours(), baseline())
    rounds = []
    for number in range(repeats):
        *mine, own = _timed(ours)
        *theirs, other = _timed(baseline)
        rounds.append((mine, theirs))
        if not warm and number == 0:
            check(own, other)
    wall = [(mine[0], theirs[0]) for mine, theirs in rounds]
    ratios = sorted(theirs / mine for mine, theirs in wall)
    row = {
        "what": what,
        "ours_s": median(mine for mine, _ in wall),
        "baseline_s": median(theirs for _, theirs in wall),
        "ratio": median(ratios),
        "ratio_low": ratios[0],
        "ratio_high": ratios[-1],
        "cpu_ratio": median(theirs[1] / max(mine[1], 1e-9) for mine, theirs in rounds),
        "repeats": repeats,
    }
    print(
        f"{what:46} {row['ours_s']:9.4f}s {row['baseline_s']:9.4f}s {row['ratio']:7.1f}x   "
        f"{row['ratio_low']:6.1f} … {row['ratio_high']:<6.1f} {row['cpu_ratio']:12.1f}x",
        flush=True,
    )
    return row


def write(name: str, rows: list[dict[str, Any]]) -> None:
    """Keep the rows with what they were measured on."""
    OUT.mkdir(parents=True, exist_ok=True)
    load = os.getloadavg()[0]
    machine = {"cores": os.cpu_count(), "machine": platform.machine(), "load": load}
    content = {"bench": name, "machine": machine, "rows": rows}
    (OUT / f"{name}.json").write_text(json.dumps(content, indent=2) + "\n")
    if load > 1.5 * (os.cpu_count() or 1):
        print(f"(the machine was busy: load {load:.1f} on {os.cpu_count()} cores)")


def needs(path: Path, remedy: str) -> None:
    """Say that this benchmark is left out, and end it well, where what it measures on is not there."""
    if not path.exists():
        print(f"\nskipped {Path(sys.argv[0]).stem}: there is no {path}; {remedy}")
        raise SystemExit(0)


def title(text: str) -> None:
    """The head of a table."""
    print(f"\n{text}\n{HEAD}", flush=True)


def peak_bytes(script: str, *arguments: str) -> int:
    """What `script` with these arguments says of its own peak memory (see `growth`)."""
    command = [sys.executable, script, *arguments]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "workflow_scripts")}
    done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    return int(done.stdout.split()[-1])


def growth(work: Callable[[], Any]) -> int:
    """Bytes by which `work` raises this process's resident memory at its peak (Linux)."""
    Path("/proc/self/clear_refs").write_text("5")
    before = _kilobytes("VmRSS")
    work()
    return (_kilobytes("VmHWM") - before) * 1024


def _kilobytes(field: str) -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(field))


def _timed(work: Callable[[], Any]) -> tuple[float, float, Any]:
    """Wall and processor time, and what came of it."""
    wall, cpu = time.perf_counter(), time.process_time()
    result = work()
    return time.perf_counter() - wall, time.process_time() - cpu, result
