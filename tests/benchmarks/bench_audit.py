"""How fast ledger, hashing and audit are.

`python tests/benchmarks/bench_audit.py [--study micro] [--runs 5]` prints medians in seconds. Run it in the
project's folder; the audit's part needs the finished results of the study.
"""

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "workflow_scripts"))

from blake3 import blake3

from wideband.audit.memo import place
from wideband.audit.run import Question, audit
from wideband.config import load_study
from wideband.provenance.digests import canonical_json, file_digest, text_digest
from wideband.provenance.ledger import GENESIS, verify

LINES = 20_000
SIZES = {"1 KiB": (1 << 10, 2000), "1 MiB": (1 << 20, 200), "64 MiB": (1 << 26, 8), "512 MiB": (1 << 29, 1)}


def main() -> None:
    """Run all benchmarks."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--study", help="a finished study; without it only ledger and hashing are measured")
    parser.add_argument("--runs", type=int, default=5, help="runs of each; their median is printed")
    args = parser.parse_args()
    lines = chain()
    say(f"ledger of {LINES} lines verified", median(lambda: verify(lines), args.runs))
    hashing(args.runs)
    if args.study:
        audits(args.study, args.runs)


def median(work: Callable[[], object], runs: int) -> float:
    """Median wall time in seconds."""
    times = []
    for _ in range(runs):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return statistics.median(times)


def say(what: str, seconds: float, more: str = "") -> None:
    """A line of the result."""
    print(f"{what:52} {seconds:9.3f} s  {more}".rstrip(), flush=True)


def chain() -> list[str]:
    """A whole ledger, as `seal` would write it."""
    lines, prev = [], GENESIS
    for seq in range(LINES):
        entry = {
            "seq": seq,
            "prev": prev,
            "manifest": {"path": f"arms/a/{seq}.parquet.manifest.json", "digest": text_digest(str(seq))},
            "output": {"path": f"arms/a/{seq}.parquet", "digest": text_digest(f"o{seq}")},
            "rule": "sample",
            "run": text_digest(f"r{seq}"),
            "ended": "2026-01-01T00:00:00.000+00:00",
            "sealed": "2026-01-01T00:00:00.000+00:00",
        }
        prev = entry["hash"] = text_digest(canonical_json(entry))
        lines.append(canonical_json(entry))
    assert verify(lines) == []
    return lines


def hashing(runs: int) -> None:
    """`file_digest` against the blake3 package over all cores, memory-mapped, on the same cached files."""
    with tempfile.TemporaryDirectory() as folder:
        for name, (size, count) in SIZES.items():
            paths = [Path(folder) / f"{size}.{at}" for at in range(count)]
            for path in paths:
                path.write_bytes(os.urandom(min(size, 1 << 20)) * max(1, size >> 20))
            ours = median(lambda p=paths: [file_digest(path) for path in p], runs)
            theirs = median(lambda p=paths: [_reference(path) for path in p], runs)
            rate = size * count / ours / 1e9
            say(f"hash {count} × {name}", ours, f"{rate:.2f} GB/s, {theirs / ours:.0%} of blake3's own speed")
            for path in paths:
                path.unlink()


def _reference(path: Path) -> str:
    return blake3(max_threads=blake3.AUTO).update_mmap(path).hexdigest()


def audits(name: str, runs: int) -> None:
    """A first audit, that of an unchanged study, and one that trusts nothing; L0 to L4 and L6."""
    study, levels = load_study(name), (0, 1, 2, 3, 4, 6)

    def forget_and_audit() -> None:
        place(name).unlink(missing_ok=True)
        assert audit(study, Path(), Question(levels)).verdict == "VERIFIED"

    say(f"audit of {name}, nothing remembered", median(forget_and_audit, runs))
    say(f"audit of {name}, unchanged", median(lambda: audit(study, Path(), Question(levels)), runs))
    paranoid = Question(levels, paranoid=True)
    say(f"audit of {name}, paranoid", median(lambda: audit(study, Path(), paranoid), runs))


if __name__ == "__main__":
    main()
