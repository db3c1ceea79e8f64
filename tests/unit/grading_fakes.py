"""Stand-ins for a grading worker that misbehave on request."""

import sys
from pathlib import Path

# Dies on "die", and on "once" unless the marker file is there; hangs on "hang", waits on "slow", or accepts.
SCRIPT = """
import json, os, sys, time
print(os.getpid(), flush=True)
for line in sys.stdin:
    answer, gold, calls = json.loads(line)
    if answer == "count":
        answer = gold if calls else time.sleep(600)
    if answer == "die":
        os._exit(1)
    if answer == "once" and not os.path.exists(sys.argv[1]):
        open(sys.argv[1], "w").close()
        os._exit(1)
    if answer == "slow":
        time.sleep(1)
    if answer == "hang":
        time.sleep(600)
    print(json.dumps(["verified", answer == gold]), flush=True)
"""


def misbehaving(folder: Path) -> list[str]:
    """The command of a worker that dies or hangs on request; its marker lies in `folder`."""
    return [sys.executable, "-c", SCRIPT, str(folder / "died")]


BROKEN = [sys.executable, "-c", "raise SystemExit('no math-verify here')"]
