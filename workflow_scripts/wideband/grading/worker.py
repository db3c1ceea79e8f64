"""A grading process: first its number, then one JSON verdict a line for one JSON pair a line.

Started as `python -m wideband.grading.worker` and not through multiprocessing, whose children import the
caller's main module again (a trainer's, with torch) or inherit its threads.
"""

import json
import logging
import os
import resource
import signal
import sys
from pathlib import Path

MEMORY_BYTES = 2 * 1024**3


def main() -> None:
    """Answer pairs until standard input ends."""
    # What a library prints must not be taken for a verdict.
    verdicts = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    logging.disable(logging.WARNING)
    # An answer like 9^{9^9} asks for more memory than the machine has.
    limit = _address_space() + MEMORY_BYTES
    resource.setrlimit(resource.RLIMIT_AS, (limit, resource.getrlimit(resource.RLIMIT_AS)[1]))
    from .judge import judge

    print(os.getpid(), file=verdicts)
    # The pool kills a late worker. When its job was killed nobody does, and the system ends this one instead.
    alone = 2 * float(os.environ.get("WIDEBAND_PAIR_SECONDS", "60")) + 1
    for line in sys.stdin:
        answer, gold = json.loads(line)
        signal.setitimer(signal.ITIMER_PROF, alone)
        verdict = json.dumps(judge(answer, gold))
        signal.setitimer(signal.ITIMER_PROF, 0)
        print(verdict, file=verdicts)


def _address_space() -> int:
    """Bytes mapped so far: gigabytes in a fork of a process with all libraries imported."""
    return int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()


if __name__ == "__main__":
    main()
