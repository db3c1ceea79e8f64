"""A grading process: first its number, then one JSON verdict a line for one JSON list a line.

Each of these lists holds an answer, a gold and a limit of calls, or null for none.

Started as `python -m wideband.grading.worker` and not through multiprocessing, whose children import the
caller's main module again (a trainer's, with torch) or inherit its threads.
"""

import itertools
import json
import logging
import os
import resource
import signal
import sys
from pathlib import Path
from types import FrameType
from typing import TextIO

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
    seconds_of_one_pair = 2 * float(os.environ.get("WIDEBAND_PAIR_SECONDS", "60")) + 1
    for line in sys.stdin:
        answer, gold, calls = json.loads(line)
        signal.setitimer(signal.ITIMER_PROF, seconds_of_one_pair)
        if calls is not None:
            _count(calls, verdicts)
        verdict = json.dumps(judge(answer, gold))
        sys.setprofile(None)
        signal.setitimer(signal.ITIMER_PROF, 0)
        print(verdict, file=verdicts)


def _count(calls: int, verdicts: TextIO) -> None:
    """End this process with the verdict `undecided` after so many calls of Python functions."""
    made = itertools.count(1)

    def count(_frame: FrameType, event: str, _argument: object) -> None:
        if event == "call" and next(made) > calls:
            print(json.dumps(("undecided", False)), file=verdicts)
            os._exit(0)

    sys.setprofile(count)


def _address_space() -> int:
    """Bytes mapped so far: gigabytes in a fork of a process with all libraries imported."""
    return int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()


if __name__ == "__main__":
    main()
