"""Run a script: `python -IS start_job.py <script> <argument>`, the same as `python <script> <argument>`.

Where the driver offers a process with all libraries imported (preloaded.py), the script runs in a fork of
that one, at once; elsewhere it runs right here. Imports next to nothing, to be quick itself. `-m` and a
module in the place of the script work as with Python.
"""

import json
import os
import socket
import sys

STREAMS = (0, 1, 2)
KILLED = 137


def main() -> None:
    """Run the script and end with its exit status."""
    command = sys.argv[1:]
    status = forked(command)
    if status is None:
        os.execv(sys.executable, [sys.executable, *command])
    sys.exit(status)


def forked(command: list[str]) -> int | None:
    """The exit status of the script in a fork; None where there is nothing to fork."""
    with socket.socket(socket.AF_UNIX) as connection:
        try:
            connection.connect(os.environ["WIDEBAND_PRELOAD"])
        except (KeyError, OSError):
            return None
        request = {"command": command, "folder": os.getcwd(), "environment": dict(os.environ)}
        text = json.dumps(request).encode()
        socket.send_fds(connection, [len(text).to_bytes(8, "big")], STREAMS)
        connection.sendall(text)
        # Silence means that the job was killed.
        return (connection.recv(1) or bytes([KILLED]))[0]


if __name__ == "__main__":
    main()
