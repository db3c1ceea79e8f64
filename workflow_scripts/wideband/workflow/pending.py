"""Which jobs Snakemake would run, according to Snakemake itself."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from ..errors import WidebandError
from .jobs import PlannedJob

PENDING = "update pending"


def pending(planned: list[PlannedJob], study: str, targets: Sequence[str] = ()) -> list[PlannedJob]:
    """The jobs that `snakemake --config study=<study> <targets>` would run, in the order of `planned`.

    Run in the project's folder. Raises WidebandError with Snakemake's own message when it refuses.
    """
    command = [sys.executable, "-m", "snakemake", "--summary", *targets, "--config", f"study={study}"]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    if answer.returncode:
        raise WidebandError(answer.stderr.strip() or answer.stdout.strip())
    rows = [line.split("\t") for line in answer.stdout.splitlines() if line.count("\t") >= 5]
    waiting = {Path(row[0]) for row in rows if row[-1] == PENDING}
    root = Path("results") / study
    return [job for job in planned if any(root / output in waiting for output in job.outputs)]
