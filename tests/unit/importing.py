"""Running `wideband import` in a folder of its own, and what the imported study then measures."""

import shutil
from pathlib import Path

import pandas as pd

from wideband.cli import main
from wideband.config import load_study
from wideband.config.evaluation import Grading
from wideband.grading import grade_rollouts
from wideband.importers import read_problems, read_tables

ROOT = Path(__file__).resolve().parents[2]
CASES = ROOT / "tests/cases/imports"


def project(folder: Path) -> Path:
    """A folder in which `wideband import` finds what it needs, with the cases in `mine/`."""
    (folder / "config/studies").mkdir(parents=True)
    shutil.copytree(CASES, folder / "mine")
    return folder


def add(*arguments: str, arm: str = "a", study: str = "s", benchmark: str = "quiz") -> int:
    """The exit status of the command, in the working folder."""
    return main(["import", *arguments, "--study", study, "--arm", arm, "--benchmark", benchmark])


def tables(arm: str = "a", study: str = "s") -> dict[str, pd.DataFrame]:
    """The arm's tables as the study's jobs make them, verdicts of ours included."""
    loaded = load_study(study)
    entry = next(each for each in loaded.imports.files if each.arm == arm)
    root, scaffold = Path(loaded.imports.root), loaded.arms[arm].scaffold
    made = read_tables(root, entry, scaffold, 0)
    made["problems"] = read_problems(root, loaded.imports.about(entry.slice), entry.slice)
    if entry.graded_here:
        grading = Grading(workers=1)
        made["verdicts"] = grade_rollouts(made["rollouts"], made["problems"], scaffold, grading, 0.0)
    return made


def pass_at_1(arm: str = "a", study: str = "s") -> float:
    """Mean over problems of the share of correct rollouts."""
    verdicts = tables(arm, study)["verdicts"]
    return float(verdicts.groupby("uid")["correct"].mean().mean())
