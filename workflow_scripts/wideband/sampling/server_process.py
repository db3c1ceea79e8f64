"""A server that a job started: it never outlives the job, and its end has a cause.

A vLLM server is several processes. Killed, or ended while it loads, it would leave some of them behind. So
this file is also a program that runs a command in a process group of its own, which ends with it and with
whoever holds its standard input:

    python server_process.py COMMAND [ARGUMENT ...]
"""

import contextlib
import os
import re
import signal
import subprocess
import sys
from collections import deque
from pathlib import Path
from threading import Thread

# What a server may take to end by itself.
GRACE_S = 20.0
LINES = 400
# Its last words may still be on their way when it is gone.
LAST_WORDS_S = 2.0
# What vLLM writes before a line: process, level, date and place.
PREFIX = re.compile(r"^(\(\w[^)]*\) )?((DEBUG|INFO|WARNING|ERROR|CRITICAL) \S+ \S+ \[[^\]]*\] ?)?")
CAUSE = re.compile(r"(\w+\.)*\w*(Error|Exception)\b.*|.*\berror: .*")
# An error that only says that there was one before it.
SECOND_HAND = re.compile(
    r"root cause|EngineDead|EngineCore encountered|Engine core init|Engine process failed"
)


def main(command: list[str]) -> None:
    """Run a command; end as it ended, when all of its group is gone."""
    # Whoever interrupts the job in a terminal means the job, which then ends us.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    server = subprocess.Popen(command, stdin=subprocess.DEVNULL, process_group=0)
    Thread(target=_end_with_owner, args=(server,), daemon=True).start()
    status = server.wait()
    _kill_group(server)
    if status < 0:
        os.kill(os.getpid(), -status)
    os._exit(status)


def _end_with_owner(server: subprocess.Popen) -> None:
    sys.stdin.buffer.read()  # until the last holder of the other end closed it, or is dead
    server.terminate()
    try:
        server.wait(GRACE_S)
    except subprocess.TimeoutExpired:
        _kill_group(server)


def _kill_group(server: subprocess.Popen) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(server.pid, signal.SIGKILL)


class ServerProcess:
    """A running command. Its output goes to this process's standard error; the last lines are kept."""

    def __init__(self, line: list[str], environment: dict[str, str]) -> None:
        """Raises FileNotFoundError for a command that is not there."""
        if not Path(line[0]).exists():
            raise FileNotFoundError(line[0])
        self.process = subprocess.Popen(
            [sys.executable, "-IS", __file__, *line],
            env=environment,
            process_group=0,
            # Closed by `close`, and by the system when this process ends, however that is.
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
        self._last: deque[str] = deque(maxlen=LINES)
        self._reader = Thread(target=self._read, daemon=True)
        self._reader.start()

    def ended(self) -> str | None:
        """How it ended and why, as its log says; None while it runs."""
        status = self.process.poll()
        if status is None:
            return None
        self._reader.join(LAST_WORDS_S)
        how = f"by {signal.Signals(-status).name}" if status < 0 else f"with exit status {status}"
        return f"the vLLM server ended {how}: {cause(list(self._last), status)}"

    def close(self) -> None:
        """End it and all that it started."""
        self.process.stdin.close()
        self.process.wait()
        self._reader.join(LAST_WORDS_S)

    def _read(self) -> None:
        for line in self.process.stdout:
            self._last.append(line)
            sys.stderr.write(line)


def cause(lines: list[str], status: int) -> str:
    """The error in the last lines of a log that the others followed from."""
    plain = [PREFIX.sub("", line.strip()).strip() for line in lines]
    errors = [at for at, line in enumerate(plain) if CAUSE.fullmatch(line) and not SECOND_HAND.search(line)]
    if errors:
        # Pydantic says what is wrong with a setting in the line after.
        last = errors[-1] + (2 if "validation error" in plain[errors[-1]] else 1)
        return ": ".join(plain[errors[-1] : last])
    if status == -signal.SIGKILL:
        return "somebody killed it, or the system did for want of memory"
    return f"its last line is {plain[-1]!r}" if plain else "it wrote nothing"


if __name__ == "__main__":
    main(sys.argv[1:])
