"""Runs a script again and again, killed each time one file later, until nothing is left to kill it at.

`python file_kills.py <script> <results> <output> <job>`: a run dies as it is about to write, move or remove a
file of its state or of its output. Prints JSON: after every kill the output's contents, null where it is
absent, and whether it had a manifest; and of the run that was left alone the exit status and what it said.
"""

import json
import os
import signal
import sys
from hashlib import sha256
from pathlib import Path

from training_kills import imported, start

TOUCHING = ("open", "os.mkdir", "os.rename", "os.remove", "shutil.rmtree")
FOLDERS = ("models", "state")


def main() -> None:
    """Kill at the first file, at the second, and so on."""
    script, results, output, job = Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]), sys.argv[4]
    module = imported(script)
    from wideband.provenance.manifest import manifest_path

    left = Countdown(results)
    sys.addaudithook(left)
    after, status = [], -signal.SIGKILL
    while status == -signal.SIGKILL:
        left.files = len(after) + 1
        child, said = start(module, script, job)
        rest = said.read()
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        if status == -signal.SIGKILL:
            after.append([contents(output), manifest_path(output).exists()])
    print(json.dumps({"after": after, "status": status, "said": rest}))


def contents(folder: Path) -> dict[str, str] | None:
    """Digests of a folder's files but Snakemake's own; None where it is absent.

    By one thread: no other outlives a fork.
    """
    if not folder.exists():
        return None
    files = [path for path in folder.iterdir() if path.name != ".snakemake_timestamp"]
    return {path.name: sha256(path.read_bytes()).hexdigest() for path in files}


class Countdown:
    """Kills a forked process at so many files below a folder; never the one that made it."""

    def __init__(self, root: Path) -> None:
        self.root, self.parent, self.files = f"{root}/", os.getpid(), 0

    def __call__(self, event: str, arguments: tuple) -> None:
        if event not in TOUCHING or os.getpid() == self.parent or not self._counts(event, arguments):
            return
        self.files -= 1
        if self.files == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def _counts(self, event: str, arguments: tuple) -> bool:
        path = str(arguments[0])
        writes = event != "open" or arguments[2] & (os.O_WRONLY | os.O_RDWR)
        below = path.removeprefix(self.root)
        return bool(writes) and below != path and below.split("/")[0] in FOLDERS


if __name__ == "__main__":
    main()
