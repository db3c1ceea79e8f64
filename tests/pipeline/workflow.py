"""A copy of the repository in which a test may run, edit and break the workflow."""

import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
# Standing in the output of a job, it means that an error reached the user as a stack of frames.
TRACEBACK = "Traceback (most recent call last)"


class Copy:
    """The files of the working tree that git would keep, in a folder of their own, with their own results."""

    def __init__(self, root: Path) -> None:
        self.root = root
        listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        names = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True).stdout
        for name in filter(None, names.split("\0")):
            if (ROOT / name).is_file() and not name.startswith("tests/"):
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, root / name)

    def snakemake(self, study: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run the command that a user types; standard output and error come back together."""
        return subprocess.run(
            [sys.executable, "-m", "snakemake", *arguments, "--config", f"study={study}"],
            cwd=self.root,
            env={**os.environ, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )

    def plan(self, study: str, *arguments: str) -> list[str]:
        """The jobs that would run, by their messages; an empty list when nothing is stale."""
        said = self._dry_run(study, *arguments)
        return re.findall(r"^Job \d+: (.*)$", said, re.MULTILINE)

    def counts(self, study: str, *arguments: str) -> Counter[str]:
        """How many jobs of each rule would run, `all` left out."""
        table = self._dry_run(study, *arguments).partition("Job stats:")[2].partition("\ntotal ")[0]
        found = re.findall(r"^(\w+) +(\d+)$", table, re.MULTILINE)
        return Counter({rule: int(count) for rule, count in found if rule != "all"})

    def _dry_run(self, study: str, *arguments: str) -> str:
        said = self.snakemake(study, "--dry-run", *arguments)
        assert said.returncode == 0, said.stdout
        return said.stdout

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
