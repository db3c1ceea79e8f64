"""A process that has imported the libraries of the environment, and forks itself for each job of a run.

Only locked libraries are imported ahead, never wideband: that each job reads from disk, as one started on its
own does. Serves the socket that its argument names for as long as the process lives that started it;
start_job.py is the other end.
"""

import atexit
import fcntl
import importlib
import json
import os
import runpy
import signal
import socket
import socketserver
import sys
import traceback
from pathlib import Path

LIBRARIES = (
    "scipy.stats",
    "pyarrow.parquet",
    "pandas",
    "pydantic",
    "math_verify",
    "torch",
    "transformers.models.qwen3_moe.modeling_qwen3_moe",
    "peft",
    "trl.trainer.grpo_trainer",
    "sentence_transformers",
    "plotly.graph_objects",
)


def serve(place: Path, driver: int) -> None:
    """Import, then fork for each job that comes, until the driver, who started this process, is gone."""
    # Ctrl-C is for the jobs and their driver; this process goes when the driver has gone.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        for name in LIBRARIES:
            if os.getppid() != driver:
                return
            importlib.import_module(name)
        with Jobs(str(place), Job) as server:
            while os.getppid() == driver:
                server.handle_request()
                server.service_actions()
    finally:
        # A forked job ends without coming here.
        place.unlink(missing_ok=True)
        place.parent.rmdir()


class Jobs(socketserver.ForkingMixIn, socketserver.UnixStreamServer):
    """One forked process for each connection."""

    timeout = 0.5
    request_queue_size = 64
    block_on_close = False


class Job(socketserver.BaseRequestHandler):
    """A job in its own process: takes over the streams, folder and environment of who asked for it."""

    def handle(self) -> None:
        """Run the script, say its exit status and end."""
        self.server.socket.close()
        signal.signal(signal.SIGINT, signal.default_int_handler)
        request, streams = receive(self.request)
        for number, stream in enumerate(streams):
            os.dup2(stream, number)
            os.close(stream)
        os.chdir(request["folder"])
        os.environ.clear()
        os.environ.update(request["environment"])
        end_with(self.request)
        status = run(*request["command"])
        self.request.sendall(bytes([status & 255]))
        os._exit(status)


def receive(connection: socket.socket) -> tuple[dict, list[int]]:
    """What start_job.py sends: a job, and its standard input, output and error."""
    head, streams, _, _ = socket.recv_fds(connection, 8, 3)
    size, text = int.from_bytes(head, "big"), b""
    while len(text) < size:
        text += connection.recv(size - len(text)) or sys.exit(1)
    return json.loads(text), streams


def end_with(connection: socket.socket) -> None:
    """End as who asked for the job ends: when that is killed, the system kills this with SIGIO."""
    fcntl.fcntl(connection, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(connection, fcntl.F_SETFL, fcntl.fcntl(connection, fcntl.F_GETFL) | os.O_ASYNC)
    try:
        gone = not connection.recv(1, socket.MSG_DONTWAIT)
    except BlockingIOError:
        gone = False
    if gone:
        sys.exit(1)


def run(*command: str) -> int:
    """A script, or `-m` and a module, as a program of its own; its exit status."""
    import torch

    torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", torch.get_num_threads())))
    program, *arguments = command[1:] if command[0] == "-m" else command
    Path("/proc/self/comm").write_text(Path(program).stem)
    sys.argv = [program, *arguments]
    status = 0
    try:
        if program == command[0]:
            runpy.run_path(program, run_name="__main__")
        else:
            runpy.run_module(program, run_name="__main__", alter_sys=True)
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else int(end.code is not None)
        if isinstance(end.code, str):
            print(end.code, file=sys.stderr)
    except BaseException:
        traceback.print_exc()
        status = 1
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    return status


if __name__ == "__main__":
    serve(Path(sys.argv[1]), int(sys.argv[2]))
