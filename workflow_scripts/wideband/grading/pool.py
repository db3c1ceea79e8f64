"""Worker processes with hard limits: one that takes too long or dies is killed and replaced.

A verdict must not depend on how fast or busy the machine is. A pair that reaches its limit of time is tried
once more, alone in a fresh process that has compared nothing before, and there the limit is a number of
function calls, more than fit into the first limit: the same calls are made each time, so that the same pairs
are undecided each time. What remains is an operation in C that alone takes longer than all of this, or more
memory than there is; `closed.immense` tells the known ones beforehand.
"""

import json
import os
import selectors
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Self

from .errors import WorkerError

PACKAGE_ROOT = str(Path(__file__).resolve().parents[2])
COMMAND = (sys.executable, "-IS", f"{PACKAGE_ROOT}/start_job.py", "-m", "wideband.grading.worker")
START_LIMIT_S = 30.0
# A pair's limit is one of processor time, for the verdict not to depend on how busy the machine is; a worker
# that uses none, as one that waits for memory, has this many times as long by the clock.
PATIENCE = 10
# The first try has this part of the limit. The second has so many function calls for every second of it, of
# which sympy makes 1.5 million a second on a slow core and five on one of the fastest. The clock stands by,
# for an operation that calls nothing.
FIRST, CALLS_A_SECOND, LAST_RESORT = 0.4, 2_000_000, 10
LOOK_S = 0.05
# Tells a worker its limit for one pair, so that it ends as well where nobody is left to kill it.
LIMIT = "WIDEBAND_PAIR_SECONDS"
TICKS = os.sysconf("SC_CLK_TCK")

Pair = tuple[str, str]
Reply = tuple[str, bool]
UNDECIDED: Reply = ("undecided", False)


class _Died(Exception):
    """The worker ended without a reply."""


class _Late(Exception):
    """The worker did not reply in time."""


class Worker:
    """One grading process."""

    def __init__(self, command: Sequence[str], timeout_s: float) -> None:
        """Start the process and wait until it has imported its libraries. Raises WorkerError."""
        paths = [PACKAGE_ROOT, *filter(None, [os.environ.get("PYTHONPATH")])]
        # A fixed hash seed makes sympy take the same path through an expression every time.
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths), "PYTHONHASHSEED": "0"}
        environment[LIMIT] = str(timeout_s)
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, text=True, bufsize=1
        )
        # Not the process started here where that one asks for a fork.
        self.worker = self.process.pid
        try:
            self.worker = int(self._reply(START_LIMIT_S))
        except (_Died, _Late) as error:
            self.kill()
            raise WorkerError(
                f"a grading worker did not start ({' '.join(command)}); its own message is in the log above: "
                "is math-verify installed in this environment?"
            ) from error

    def ask(self, pair: Pair, timeout_s: float, calls: int | None = None) -> Reply:
        """The worker's verdict of `pair`; undecided after so many `calls`. Raises _Late or _Died."""
        try:
            self.process.stdin.write(json.dumps([*pair, calls]) + "\n")
        except BrokenPipeError as error:
            raise _Died from error
        status, correct = json.loads(self._reply(timeout_s))
        return status, correct

    def kill(self) -> None:
        """End the process at once, whatever it computes."""
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()
        try:
            self.process.stdin.close()
        except BrokenPipeError:
            # A line that the dead process never read is lost on purpose.
            return

    def _reply(self, limit_s: float) -> str:
        # The worker writes one whole line per request, so readable means a line or the end.
        used, until = _cpu_seconds(self.worker), time.monotonic() + PATIENCE * limit_s
        with selectors.DefaultSelector() as selector:
            selector.register(self.process.stdout, selectors.EVENT_READ)
            while not selector.select(min(LOOK_S, limit_s)):
                if _cpu_seconds(self.worker) - used >= limit_s or time.monotonic() >= until:
                    raise _Late
        line = self.process.stdout.readline()
        if not line:
            raise _Died
        return line


def _cpu_seconds(process: int) -> float:
    try:
        fields = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / TICKS


class WorkerPool:
    """At most `workers` grading processes, started when the first pair comes, kept until `close`."""

    def __init__(self, workers: int, timeout_s: float, command: Sequence[str] = COMMAND) -> None:
        """`timeout_s` is the limit for one pair, in seconds of a worker's processor time on a slow core."""
        self.workers, self.timeout_s, self.command = workers, timeout_s, tuple(command)
        self._idle: list[Worker] = []
        self._lock, self._one_retry = threading.Lock(), threading.Lock()

    def run(self, pairs: Sequence[Pair]) -> list[Reply]:
        """Verdicts in the order of `pairs`; ("undecided", False) where none was reached."""
        if not pairs:
            return []
        with ThreadPoolExecutor(min(self.workers, len(pairs))) as threads:
            return list(threads.map(self._one, pairs))

    def close(self) -> None:
        """End every worker."""
        with self._lock:
            while self._idle:
                self._idle.pop().kill()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _one(self, pair: Pair) -> Reply:
        worker = self._take()
        try:
            reply = worker.ask(pair, FIRST * self.timeout_s)
        except (_Late, _Died):
            # One that died may have been another pair's victim (memory).
            worker.kill()
            with self._one_retry:
                return self._again(pair)
        with self._lock:
            self._idle.append(worker)
        return reply

    def _again(self, pair: Pair) -> Reply:
        limit_s = LAST_RESORT * self.timeout_s
        worker = Worker(self.command, limit_s)
        try:
            return worker.ask(pair, limit_s, round(CALLS_A_SECOND * self.timeout_s))
        except (_Late, _Died):
            return UNDECIDED
        finally:
            worker.kill()

    def _take(self) -> Worker:
        with self._lock:
            if self._idle:
                return self._idle.pop()
        return Worker(self.command, self.timeout_s)
