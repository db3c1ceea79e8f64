"""What model libraries draw for a terminal does not reach a job's log."""

import subprocess
import sys
from pathlib import Path

JOB = """
import json, sys
from pathlib import Path
from wideband.provenance import job as jobs
made = jobs.Job.__new__(jobs.Job)
object.__setattr__(made, "log", Path("job.log"))
jobs.Job.label = "some job"
jobs.set_up_logging(made)
"""
OPEN = """
from wideband.policy.base import load_model
load_model(Path(sys.argv[1]))
"""
EMBED = """
from wideband.embedding.embed import load_embedder
model = load_embedder("package:all-MiniLM-L6-v2")
model.encode(["one", "two"])
"""


def said(folder: Path, code: str, *arguments: str) -> str:
    """Standard output and error of a job's code together."""
    root = Path(__file__).parents[2] / "workflow_scripts"
    done = subprocess.run(
        [sys.executable, "-c", JOB + code, *arguments],
        cwd=folder,
        env={"PYTHONPATH": str(root), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout + done.stderr


def test_opening_a_model_is_one_line_and_the_embedder_says_nothing(tiny_base: Path, tmp_path: Path) -> None:
    lines = said(tmp_path, OPEN + EMBED, str(tiny_base)).strip().splitlines()
    assert [line.partition(" | ")[2] for line in lines] == [f"model opened: {tiny_base}"]
