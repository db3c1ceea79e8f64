"""Dry runs of snakemake, each in a fork of one process that has imported its libraries: half of their time.

Run as a program, this file is that process. Only locked libraries are imported ahead: rules and package are
read by each fork from the folder it runs in.
"""

import importlib
import json
import os
import runpy
import subprocess
import sys
import tempfile
import traceback
from functools import cache
from pathlib import Path

LIBRARIES = (
    "blake3",
    "pyarrow.parquet",
    "pydantic",
    "snakemake.cli",
    "snakemake.report.html_reporter",
    "snakemake.storage",
    "yaml",
)


def dry_run(folder: Path, environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    """`python -m snakemake --dry-run` with these arguments; standard output and error come back together."""
    server, command = _server(), ["snakemake", "--dry-run", *arguments]
    asked = {"folder": str(folder), "environment": environment, "command": command}
    server.stdin.write(f"{json.dumps(asked)}\n")
    server.stdin.flush()
    status, said = json.loads(server.stdout.readline())
    return subprocess.CompletedProcess(command, status, said)


@cache
def _server() -> subprocess.Popen[str]:
    """It ends when its standard input does: with the process of the tests."""
    program = [sys.executable, __file__]
    return subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def serve() -> None:
    """Import, then answer each line that comes with exit status and output of a fork."""
    for name in LIBRARIES:
        importlib.import_module(name)
    # It looks for plugins, and keeps what it finds.
    sys.modules["snakemake.cli"].get_argument_parser()
    for line in sys.stdin:
        with tempfile.TemporaryFile() as said:
            child = os.fork()
            if not child:
                become(said.fileno(), **json.loads(line))
            status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
            said.seek(0)
            print(json.dumps([status, said.read().decode()]), flush=True)


def become(output: int, folder: str, environment: dict[str, str], command: list[str]) -> None:
    """Be that command, as `python -m` starts it, in this folder and environment, and end with its status."""
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    for stream in (1, 2):
        os.dup2(output, stream)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    sys.path[:1] = [folder, environment["PYTHONPATH"]]
    sys.argv, status = command, 0
    try:
        runpy.run_module(command[0], run_name="__main__", alter_sys=True)
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        traceback.print_exc()
        status = 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


if __name__ == "__main__":
    serve()
