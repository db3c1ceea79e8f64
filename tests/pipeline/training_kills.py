"""Runs a training script to its end through many kill -9, in processes forked after its imports.

`python training_kills.py <script> <kills> <seed> <job>`: the imports cost seconds, a run of a small stage
does not; everything after the imports is the script's own code. Prints JSON: of every killed run the last
step that it said it had done, and the exit status of the run that was left alone.
"""

import importlib.util
import json
import os
import random
import re
import signal
import sys
import time
from pathlib import Path
from types import ModuleType
from typing import TextIO

STEP = re.compile(r"\| step (\d+) /")
# A run dies after one to so many steps, and then at any moment of so many seconds.
STEPS, MOMENT_S = 3, 0.15


def main() -> None:
    """Kill as often as asked, then let it finish."""
    script, kills, job = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[4]
    draw, training = random.Random(sys.argv[3]), imported(script)
    killed = [kill(training, script, job, draw) for _ in range(kills)]
    child, said = start(training, script, job)
    rest = said.read()
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    print(json.dumps({"killed": killed, "status": status, "said": rest}))


def imported(script: Path) -> ModuleType:
    """The script as a module, with all that it imports, without running it."""
    sys.path.insert(0, str(script.parent))
    found = importlib.util.spec_from_file_location("training_script", script)
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


def kill(training: ModuleType, script: Path, job: str, draw: random.Random) -> int | None:
    """The last step that a run did before it was killed; None for one that ended by itself."""
    steps, moment, done = draw.randint(1, STEPS), draw.uniform(0, MOMENT_S), 0
    child, said = start(training, script, job)
    for _ in range(steps):
        done = next((int(found[1]) for line in said if (found := STEP.search(line))), done)
    time.sleep(moment)
    os.kill(child, signal.SIGKILL)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    rest = [int(found[1]) for line in said if (found := STEP.search(line))]
    return max([done, *rest]) if status == -signal.SIGKILL else None


def start(training: ModuleType, script: Path, job: str) -> tuple[int, TextIO]:
    """A process that runs the script as `python script job` would, and what it says."""
    readable, writable = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(readable)
        os.dup2(writable, sys.stderr.fileno())
        sys.argv = [str(script), job]
        try:
            training.run(training.main)
        except BaseException:
            os._exit(1)
        os._exit(0)
    os.close(writable)
    return child, os.fdopen(readable)


if __name__ == "__main__":
    main()
