"""A copy of a finished study that a test may tamper with, and the audit of it in this process."""

import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from wideband.audit.report import Audit
from wideband.audit.run import Question, audit
from wideband.config import load_study

LINKED = ("config", "workflow_scripts", "envs")
LEFT_OUT = ("state", "logs", "audit.html")
# What Snakemake and a careless check go by.
OLD = 1_500_000_000
# One evaluation of one arm, which the tests tamper with, and a number of it.
CELL = "panel/olympiad_rlvr"
ROLLOUTS = f"arms/{CELL}/rollouts/gsm8k_test.parquet"
VERDICTS = f"arms/{CELL}/verdicts/gsm8k_test.parquet"
NUMBER = "pass@1.gsm8k_test.panel.olympiad_rlvr"
# Where the study `asked` has its plugin.
PLUGINS = "my"
# Of another arm, and of the same arm on another benchmark: nothing above touches them.
ELSEWHERE = ("pass@1.gsm8k_test.think.base", "pass@1.math_test.plain.base")


class Project:
    """A project folder with results of its own and everything else linked."""

    def __init__(self, folder: Path, source: Path, study: str = "nano") -> None:
        self.folder, self.study, self.root = folder, study, folder / "results" / study
        for name in LINKED:
            (folder / name).symlink_to((source / name).resolve())
        if (source / PLUGINS).exists():
            # A plugin that a link leads to lies outside of the repository, and is refused.
            shutil.copytree(source / PLUGINS, folder / PLUGINS)
        ignored = shutil.ignore_patterns(*LEFT_OUT)
        shutil.copytree(source / "results" / study, self.root, ignore=ignored)

    def own(self, name: str) -> Path:
        """A real copy of one of the linked folders, to be edited."""
        source = (self.folder / name).resolve()
        (self.folder / name).unlink()
        shutil.copytree(source, self.folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        return self.folder / name

    def audit(self, *levels: int, **asked: Any) -> Audit:
        """The audit of the levels, by default L0 to L4, called where a user calls it."""
        with _inside(self.folder):
            study = load_study(self.study)
            return audit(study, Path(), Question(levels or (0, 1, 2, 3, 4), **asked))

    def codes(self, *levels: int) -> set[str]:
        """The codes of all findings."""
        return codes(self.audit(*levels))

    def edit(self, path: str, change: Callable[[str], str]) -> None:
        """Change a text file, keeping its times."""
        with kept_times(self.root / path) as file:
            before = file.read_text()
            after = change(before)
            assert after != before
            file.write_text(after)

    def edit_json(self, path: str, change: Callable[[dict], None]) -> None:
        """Change a JSON file in place, keeping its times."""

        def changed(text: str) -> str:
            content = json.loads(text)
            change(content)
            return json.dumps(content)

        self.edit(path, changed)

    def edit_table(self, path: str, change: Callable[[pd.DataFrame], pd.DataFrame]) -> None:
        """Change a table, keeping its types and times."""
        with kept_times(self.root / path) as file:
            table = pq.read_table(file, partitioning=None)
            frame = change(table.to_pandas())
            pq.write_table(pa.Table.from_pandas(frame, schema=table.schema, preserve_index=False), file)


def codes(found: Audit) -> set[str]:
    """The codes of all findings."""
    return {finding.code for finding in found.findings}


@contextmanager
def kept_times(path: Path) -> Iterator[Path]:
    """A file whose times are afterwards what they were."""
    stat = path.stat()
    yield path
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))


@contextmanager
def _inside(folder: Path) -> Iterator[None]:
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)
