"""Limits of a process on itself: hard ones, that it cannot raise again."""

import math
import resource
import signal

FILES, FILE_BYTES, START_S = 64, 1 << 24, 0.2
# How a process ends that has used all its ticks.
SPENT = 124


def limit(cpu_seconds: float, memory: int) -> None:
    """Processor time of this process in all, its address space, and the size and number of its files."""
    # The kernel counts whole seconds, from the start of Python on; `stop_after` is the finer clock.
    whole = math.ceil(cpu_seconds + START_S)
    # At the first of the two the signal says why; at the second nothing can be said against it.
    resource.setrlimit(resource.RLIMIT_CPU, (whole, whole + 1))
    for kind, value in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_FSIZE, FILE_BYTES),
        (resource.RLIMIT_NOFILE, FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (value, value))


def stop_after(cpu_seconds: float) -> None:
    """End this process after so much processor time from now."""
    signal.setitimer(signal.ITIMER_PROF, cpu_seconds)
