"""A study of 13 checkpoints × 15 tasks on synthetic tables: planning, a no-op, numbers, sizes.

In a copy of the project, `collapse-olmo3-7b` is planned; tables are invented as its jobs would write them,
with PROMPTS (500) items a task; its numbers (RESAMPLES, 10000) and report are made of them; every output gets
its manifest, and snakemake finds nothing to do. Seconds are processor time. For measures of texts see
bench_texts.py.
KEEP: a folder for the report.
"""

import json
import os
import re
import resource
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from harness import ROOT, write
from stored import graded_rollouts

from wideband.config import Study, load_study
from wideband.metrics.cost import cost_table
from wideband.metrics.passk import passk_table
from wideband.metrics.per_problem import long_table
from wideband.numbers import required_tables, study_numbers, write_records
from wideband.numbers.study import planned
from wideband.provenance.manifest import inputs, write_manifests
from wideband.provenance.specs import read_spec
from wideband.report import build_site, required_files
from wideband.tables import write_table
from wideband.workflow.jobs import RULES

STUDY, OUTPUTS, SHOWN = "collapse-olmo3-7b", 16, 1500
COPIED = (
    "config",
    "profiles",
    "rules",
    "envs/pipeline.yaml",
    "envs/pipeline.lock",
    "workflow_scripts",
    "Snakefile",
)
JOB = re.compile(r"start_job\.py \S+/(\w+)\.py ('\{.*?\}')")


def main() -> None:
    """Print and write the figures."""
    prompts = int(os.environ.get("PROMPTS", 500))
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(_project(Path(folder)))
        plan, rows = _snakemake("-n", "-p"), []

        def told(what: str, value: float, unit: str) -> None:
            rows.append({"what": what, "value": value, "unit": unit})
            print(f"{what:44} {value:10.1f} {unit}", flush=True)

        told("snakemake -n, nothing done", plan[1], "s")
        listed = [(rule, json.loads(shlex.split(given)[0])) for rule, given in JOB.findall(plan[0])]
        listed.sort(key=lambda job: list(RULES).index(job[0]))
        told("jobs", len(listed), "")
        made = Made(prompts)
        for rule, given in listed:
            for what, seconds in made.finish(rule, given):
                told(what, seconds, "s")
        root = made.root
        told("numbers", sum(1 for _ in (root / "numbers.jsonl").open()), "")
        told("numbers.jsonl", (root / "numbers.jsonl").stat().st_size / 1e6, "MB")
        for name, size in sorted(_sizes(root / "report").items(), key=lambda each: -each[1])[:8]:
            told(f"report/{name}", size / 1e6, "MB")
        told("report", sum(_sizes(root / "report").values()) / 1e6, "MB")
        _snakemake("-n")  # seals what ran
        told("snakemake -n, all done", _snakemake("-n")[1], "s")
        told("snakemake, all done", _snakemake()[1], "s")
        kept = os.environ.get("KEEP")
        if kept:
            shutil.copytree(root / "report", kept, dirs_exist_ok=True)
    write("scale", rows)


class Made:
    """The results of the study as far as they are made up."""

    def __init__(self, prompts: int) -> None:
        self.study = _study()
        self.root = Path("results") / self.study.name
        self.uids = np.array([f"p{place:05}" for place in range(prompts)], dtype=object)
        # Of the other files nothing but the manifest is read.
        self.read = {*required_tables(self.study), *required_files(self.study)}
        self.metrics = _metrics(self.study)
        self.random = np.random.default_rng(1)
        self.graded: dict[str, tuple[pd.DataFrame, pd.DataFrame]] = {}

    def finish(self, rule: str, given: dict[str, Any]) -> list[tuple[str, float]]:
        """Write outputs and manifests of a job; processor seconds of work that is not made up."""
        started, took = datetime.now(UTC), []
        read = {name: [Path(each) for each in _list(paths)] for name, paths in given["input"].items()}
        before = inputs(read)
        outputs = [Path(each) for paths in given["output"].values() for each in _list(paths)]
        work: dict[str, tuple[str, Callable[[], object]]] = {
            "number_records": ("numbers computed", self._numbers),
            "report": ("report made", lambda: build_site(self.study, self.root, outputs[0])),
        }
        if rule in work:
            what, make = work[rule]
            begun = time.process_time()
            make()
            took.append((what, time.process_time() - begun))
        else:
            for path in outputs:
                self._write(rule, path.relative_to(self.root).as_posix(), path)
        (spec_path,) = read["spec"]
        write_manifests(outputs, read_spec(spec_path), spec_path, before, started, {})
        return took

    def _numbers(self) -> None:
        write_records(study_numbers(self.study, self.root), self.root / "numbers.jsonl")

    def _write(self, rule: str, name: str, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        if rule == "base":
            path.mkdir()
            path /= "weights"
        if rule == "sample":
            self._evaluated(name)
        table = self._table(rule, name) if name in self.read else None
        if table is None:
            path.write_text(name)
        else:
            write_table(
                table,
                path,
                {"slice": "problems", "sample": "rollouts", "grade": "verdicts"}.get(rule, "metrics"),
            )

    def _table(self, rule: str, name: str) -> pd.DataFrame | None:
        if rule == "slice":
            return self._problems(Path(name).stem)
        cell = "/".join(name.removesuffix(".parquet").split("/")[-4 if rule in ("sample", "grade") else -3 :])
        if rule in ("sample", "grade"):
            return self.graded[cell.replace("/rollouts/", "/").replace("/verdicts/", "/")][rule == "grade"]
        rollouts, verdicts = self.graded[cell]
        if rule == "passk":
            return passk_table(verdicts)
        if rule == "cost":
            return cost_table(rollouts, verdicts)
        arm, at, slice_name = cell.split("/")
        n = np.full(len(self.uids), OUTPUTS)
        columns = {each: (self.random.uniform(0.2, 1, len(n)), n) for each in self.metrics[rule, cell]}
        return long_table({"arm": arm, "checkpoint": at, "slice": slice_name}, self.uids, columns)

    def _evaluated(self, name: str) -> None:
        """Rollouts and verdicts of an evaluation, by its cell."""
        _, arm, at, _, file = name.split("/")
        cell, random, rows = f"{arm}/{at}/{Path(file).stem}", self.random, len(self.uids) * OUTPUTS
        key = pd.DataFrame(
            {"arm": arm, "checkpoint": at, "slice": Path(file).stem, "uid": np.repeat(self.uids, OUTPUTS)}
        )
        key["sample"] = np.tile(np.arange(OUTPUTS), len(self.uids))
        words = ["so", "the", "sum", "of", "both", "is", "<b>", "two", "and", "more"]
        text = " ".join(random.choice(words, SHOWN // 4)) if name in self.read else "so"
        right = random.random(rows) < np.repeat(random.uniform(0, 1, len(self.uids)), OUTPUTS)
        self.graded[cell] = graded_rollouts(key, text, right, random)

    def _problems(self, name: str) -> pd.DataFrame:
        empty = (
            "year",
            "space",
            "options",
            "masses",
            "distribution",
            "turns",
            "solutions",
            "chosen",
            "rejected",
        )
        told = {"source": name, "split": "test", "task": "open", "problem": "Say more. " * 20, "gold": "1"}
        more = {"level": 1, "subject": None, "answer_type": "text"}
        return pd.DataFrame({"uid": self.uids}).assign(**told, **more, **dict.fromkeys(empty))


def _project(folder: Path) -> Path:
    for name in COPIED:
        source, target = ROOT / name, folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        (shutil.copytree if source.is_dir() else shutil.copyfile)(source, target)
    (folder / "shared").symlink_to((ROOT / "../shared").resolve())
    study = folder / f"config/studies/{STUDY}.yaml"
    settings = f"resamples: {os.environ.get('RESAMPLES', 10000)}"
    study.write_text(study.read_text().replace("resamples: 10000", settings).replace("../shared", "shared"))
    return folder


def _study() -> Study:
    return load_study(STUDY)


def _snakemake(*options: str) -> tuple[str, float]:
    """What snakemake says, and its processor seconds."""
    command = [sys.executable, "-m", "snakemake", *options, "--config", f"study={STUDY}"]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr[-3000:] + done.stdout[-1000:])
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return done.stdout, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _metrics(study: Study) -> dict[tuple[str, str], list[str]]:
    """Which metrics the numbers read of a table, by its folder and evaluation."""
    found: dict[tuple[str, str], dict[str, None]] = defaultdict(dict)
    for request in planned(study):
        asked = [request.args[key] for key in ("metric", "correct") if key in request.args]
        for path in request.paths:
            if path.startswith("metrics/"):
                _, table, cell = path.removesuffix(".parquet").split("/", 2)
                found[table, cell].update(dict.fromkeys(asked))
    return {key: list(names) for key, names in found.items()}


def _list(paths: str | list[str]) -> list[str]:
    return paths if isinstance(paths, list) else [paths]


def _sizes(folder: Path) -> dict[str, int]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.stat().st_size for path in files}


if __name__ == "__main__":
    main()
