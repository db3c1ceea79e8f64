"""Run a command in a process group of its own, which ends with it and with whoever holds our standard input.

A vLLM server is several processes. Killed, or ended while it loads, it would leave some of them behind.

    python server_life.py COMMAND [ARGUMENT ...]
"""

import contextlib
import os
import signal
import subprocess
import sys
from threading import Thread

# What a server may take to end by itself.
GRACE_S = 20.0


def main(command: list[str]) -> None:
    """Run it; end as it ended, when all of its group is gone."""
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


if __name__ == "__main__":
    main(sys.argv[1:])
