"""A copy of the repository in which a test may run, edit and break the workflow."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import yaml
from dry_runs import dry_run

ROOT = Path(__file__).resolve().parents[2]
# Standing in the output of a job, it means that an error reached the user as a stack of frames.
TRACEBACK = "Traceback (most recent call last)"
# The message of the rule `all`.
ALL = "all results are there"


def project_files() -> list[str]:
    """The files of the working tree that git would keep, tests left out."""
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [
        name for name in filter(None, names.split("\0")) if (ROOT / name).is_file() and name[:6] != "tests/"
    ]


class Plan(NamedTuple):
    """Jobs that would run, by their messages and counted by rule, `all` left out."""

    jobs: list[str]
    counts: dict[str, int]


class Copy:
    """The files of the working tree that git would keep, in a folder of their own, with their own results."""

    def __init__(self, root: Path) -> None:
        self.root = root
        for name in project_files():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, root / name)

    @classmethod
    def at(cls, root: Path) -> "Copy":
        """A copy that was made before."""
        copy = cls.__new__(cls)
        copy.root = root
        return copy

    def snakemake(self, study: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run the command that a user types; standard output and error come back together."""
        return self.python("-m", "snakemake", *arguments, "--config", f"study={study}", **environment)

    def python(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run Python in the copy, with the copy's own package."""
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=self.root,
            env={**self._environment(), **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )

    def _environment(self) -> dict[str, str]:
        return {**os.environ, "PYTHONPATH": str(self.root / "workflow_scripts")}

    def plan(self, study: str, *arguments: str) -> Plan:
        """What a dry run says would run."""
        said = dry_run(self.root, self._environment(), *arguments, "--config", f"study={study}")
        assert said.returncode == 0, said.stdout
        table = said.stdout.partition("Job stats:")[2].partition("\ntotal ")[0]
        counts = {rule: int(count) for rule, count in re.findall(r"^(\w+) +(\d+)$", table, re.MULTILINE)}
        counts.pop("all", None)
        jobs = re.findall(r"^ *Job \d+: (.*)$", said.stdout, re.MULTILINE)
        return Plan([job for job in jobs if job != ALL], counts)

    def results(self, study: str) -> Path:
        """The results folder of a study."""
        return self.root / "results" / study

    def write_study(self, name: str, source: str = "nano", **changes: object) -> None:
        """A study file made of another one; a change is `stages__warmup__lr=0.1` or a whole section."""
        content = yaml.safe_load((self.root / f"config/studies/{source}.yaml").read_text()) | {"name": name}
        for dotted, value in changes.items():
            *path, last = dotted.split("__")
            here = content
            for key in path:
                here = here[key]
            here[last] = value
        (self.root / f"config/studies/{name}.yaml").write_text(yaml.safe_dump(content, sort_keys=False))
