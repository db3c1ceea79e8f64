"""Verdicts of programs: each runs in one sandbox and its tests in another, so that only right values pass.

A verdict must not depend on how fast or busy the machine is. The limit of a program is a number of rounds
of loops and calls (`inside.ticks`): they are the same each time, so that the same programs are late each
time. The clock stands by, for an operation in C that takes long alone: what reaches it, or dies, is run once
more, alone and with more time. What remains is what takes longer than all of this.
"""

import json
import os
import selectors
import signal
import subprocess
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import cache

from . import sandbox
from .errors import SandboxError
from .exam import Suite
from .inside.limits import SPENT

CANDIDATE, EXAMINER = "wideband.programs.inside.candidate", "wideband.programs.inside.examiner"
MEMORY = 1 << 30
# For every second of the limit, what Python runs in one on a slow core. The clocks of both tries stand so
# many times higher, for programs that do much in a round.
TICKS_A_SECOND, FIRST, LAST_RESORT = 20_000_000, 2, 10
# Of a process that uses no time, as one that waits for ever: so many times its limit by the clock, and more.
PATIENCE, GRACE_S, START_S, END_S = 2, 10.0, 30.0, 5.0
CLOCK = frozenset({128 + signal.SIGPROF, 128 + signal.SIGXCPU})
DECIDED = ("passed", "failed", "crashed")
TIMED_OUT, UNDECIDED = "timed_out", "undecided"
# Of one try: the clock has run out; the process is gone.
LATE, DIED = "late", "died"

Program = tuple[str, Suite]


def verdicts(programs: Sequence[Program], timeout_s: float, workers: int) -> list[str]:
    """The status of each program, in their order.

    `passed`; `failed`, a test says no; `crashed`, it raised something or died; `timed_out`; `undecided`, its
    sandbox did not start twice. `timeout_s` is a limit of processor time as the grader's is. Raises
    SandboxError where programs cannot be run.
    """
    if not programs:
        return []
    require()
    one_at_a_time = threading.Lock()
    with ThreadPoolExecutor(workers) as threads:
        return list(threads.map(lambda program: _verdict(*program, timeout_s, one_at_a_time), programs))


def _verdict(code: str, exam: Suite, timeout_s: float, one_at_a_time: threading.Lock) -> str:
    ticks = round(TICKS_A_SECOND * timeout_s)
    status = attempt(code, exam, FIRST * timeout_s, ticks)
    if status not in (LATE, UNDECIDED, DIED):
        return status
    with one_at_a_time:
        status = attempt(code, exam, LAST_RESORT * timeout_s, ticks)
    return {LATE: TIMED_OUT, DIED: "crashed"}.get(status, status)


def attempt(code: str, exam: Suite, cpu_seconds: float, ticks: int) -> str:
    """One try: a status as in `verdicts`, `late` or `died`."""
    exam_text = json.dumps({"names": exam.names, "given": exam.given, "tests": exam.tests}).encode()
    with ExitStack() as kept_open, ExitStack() as handed_over:
        code_file = _open(handed_over, sandbox.written(code.encode(errors="replace")))
        exam_file = _open(handed_over, sandbox.written(exam_text))
        (requests, to_program), (replies, to_tests), (verdict_pipe, verdict) = os.pipe(), os.pipe(), os.pipe()
        for descriptor in (requests, to_program, replies, to_tests, verdict):
            _open(handed_over, descriptor)
        _open(kept_open, verdict_pipe)
        arguments = [str(cpu_seconds), str(ticks), str(MEMORY), str(code_file)]
        program = sandbox.start(CANDIDATE, arguments, [code_file], requests, to_tests)
        kept_open.callback(_end, program)
        arguments = [str(LAST_RESORT * cpu_seconds + 1), str(MEMORY), str(exam_file), str(verdict)]
        tests = sandbox.start(EXAMINER, arguments, [exam_file, verdict], replies, to_program)
        kept_open.callback(_end, tests)
        # From here on the end of one process ends what the other reads.
        handed_over.close()
        return _verdict_of_tests(verdict_pipe, program, tests, PATIENCE * cpu_seconds + GRACE_S)


def _open(stack: ExitStack, descriptor: int) -> int:
    """A descriptor that is closed with `stack`."""
    stack.callback(os.close, descriptor)
    return descriptor


def _end(process: subprocess.Popen) -> None:
    process.kill()
    process.wait()


def _verdict_of_tests(
    pipe: int, program: subprocess.Popen, tests: subprocess.Popen, patience_s: float
) -> str:
    """The verdict that the tests write, and what the end of a process says where they write none."""
    text = _read(pipe, "ready\n", START_S)
    if text == "ready\n":
        text = _read(pipe, "\n", patience_s)
    elif not text.startswith("ready\n"):
        return UNDECIDED
    word = text.removeprefix("ready\n").strip()
    if word in DECIDED:
        return word
    if word == "ended":
        code = _code(program)
        return TIMED_OUT if code == SPENT else LATE if code in CLOCK else DIED
    # The clock has run out, or the tests died of what they were given.
    return LATE if tests.poll() is None or _code(tests) in CLOCK else DIED


def _read(pipe: int, until: str, patience_s: float) -> str:
    """What comes through a pipe up to an ending, its own end, or the end of patience."""
    text, end = "", time.monotonic() + patience_s
    with selectors.DefaultSelector() as selector:
        selector.register(pipe, selectors.EVENT_READ)
        while not text.endswith(until) and selector.select(max(0.0, end - time.monotonic())):
            more = os.read(pipe, 64).decode()
            if not more:
                break
            text += more
    return text


def _code(process: subprocess.Popen) -> int | None:
    try:
        return process.wait(END_S)
    except subprocess.TimeoutExpired:
        return None


# Passes where a program has no processes, no network, no files but its own and no environment.
PROBE = """
import os, socket

def refused(what, *arguments):
    try:
        what(*arguments)
    except OSError:
        return True
    return False

def held():
    return (
        refused(os.fork)
        and refused(socket.socket)
        and refused(open, "/escaped", "w")
        and not os.path.exists({file!r})
        and not os.path.exists("/proc/1")
        and "PATH" not in os.environ
    )
"""


@cache
def require() -> None:
    """Make sure, once in this process, that there is a sandbox and that it holds. Raises SandboxError."""
    probe = PROBE.format(file=os.path.abspath(__file__))
    exam = Suite(("held",), "", "assert held() == True", "")
    if attempt(probe, exam, LAST_RESORT, TICKS_A_SECOND) != "passed":
        raise SandboxError(sandbox.refusal())
