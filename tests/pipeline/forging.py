"""What a forger does who knows the pipeline: change a verdict or a number, and make all records fit again."""

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
from audited import NUMBER, Project

from wideband.audit.derived import Derived
from wideband.audit.results import Results
from wideband.config import load_study
from wideband.numbers import study_numbers, write_records
from wideband.provenance.digests import canonical_json, file_digest
from wideband.provenance.ledger import NAME, seal
from wideband.provenance.manifest import described
from wideband.provenance.sealing import Unsealed, in_order, inside, manifests
from wideband.tables import read_table, write_table
from wideband.tables.timeless import timeless
from wideband.workflow.jobs import jobs


def flip(frame: pd.DataFrame) -> pd.DataFrame:
    """One wrong answer made a right one."""
    at = frame.index[~frame["correct"].astype(bool)][0]
    frame["correct"] = frame["correct"].astype(object)
    frame.loc[at, ["correct", "reward"]] = [True, 1.0]
    return frame


def later(project: Project, *outputs: str) -> None:
    """Let the jobs of outputs have ended at another moment, as those of a rerun did."""
    for output in outputs:
        project.edit_json(
            f"{output}.manifest.json", lambda m: m.update(ended="2031-01-01T00:00:00.000+00:00")
        )


def records(project: Project, change: Callable[[dict], None]) -> None:
    """Change the record of NUMBER."""

    def changed(text: str) -> str:
        lines = [json.loads(line) for line in text.splitlines()]
        change(next(line for line in lines if line["id"] == NUMBER))
        return "".join(json.dumps(line, separators=(", ", ": ")) + "\n" for line in lines)

    project.edit("numbers.jsonl", changed)


def count_again(project: Project) -> None:
    """Metrics and numbers as an honest rerun gives them."""
    study = load_study("nano", project.folder)
    os.chdir(project.folder)
    planned = jobs(study, Path())
    derived = Derived(Results(project.root, project.folder, study, planned, str))
    for job in planned:
        for path in job.outputs if job.rule in ("passk", "cost", "diversity") else ():
            write_table(derived.frame(path), project.root / path, "metrics")
    code = next(job.spec.code for job in planned if job.rule == "number_records")
    write_records(study_numbers(study, project.root, code), project.root / "numbers.jsonl")


def rebuild(root: Path, begin: bool = True) -> None:
    """Make every manifest fit the files as they are; with `begin` a new ledger, otherwise further lines."""
    described_now: dict[str, dict[str, Any]] = {}
    for _, path, content in list(_ordered(root)):
        before = canonical_json(content)
        for entry in [*content["outputs"], content["output"]]:
            _fit(root, entry, content["study"], described_now)
        for entry in content["inputs"]:
            named = inside(entry["path"], content["study"])
            if named and entry["name"] != "spec":
                _fit(root, entry, content["study"], described_now)
                entry["manifest"] = file_digest(root / f"{named}.manifest.json")
        if canonical_json(content) != before:
            path.write_text(canonical_json(content) + "\n")
    if begin:
        (root / NAME).unlink(missing_ok=True)
    seal(root)


def sealed_again(project: Project, output: str) -> None:
    """Append to the ledger that the job of an output ran once more, and gave what is there now."""
    siblings = json.loads((project.root / f"{output}.manifest.json").read_text())["outputs"]
    named = [str(inside(each["path"], "nano")) for each in siblings]
    later(project, *named)

    def noted(manifest: dict) -> None:
        if "timeless" in manifest["notes"]:
            told = timeless(read_table(project.root / output, "training_log"))
            manifest["notes"]["timeless"] = {output: told}

    for name in named if output.endswith("training_log.parquet") else ():
        project.edit_json(f"{name}.manifest.json", noted)
    rebuild(project.root, begin=False)


def _ordered(root: Path) -> Iterator[tuple[str, Path, dict[str, Any]]]:
    found = (Unsealed.read(output, path, "") for output, path in manifests(root))
    for each in in_order(each for each in found if each):
        yield each.output, each.path, json.loads(each.path.read_text())


def _fit(root: Path, entry: dict[str, Any], study: str, known: dict[str, dict[str, Any]]) -> None:
    named = inside(entry["path"], study)
    if named not in known:
        known[named] = described(root / named)
    entry.update({key: known[named][key] for key in ("digest", "bytes")})
    if "files" in entry:
        entry["files"] = known[named]["files"]
