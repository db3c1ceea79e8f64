"""A study of one training stage that lasts long enough to be disturbed, prepared up to that stage."""

import shutil
from pathlib import Path

from workflow import Copy

STUDY, RULE = "small", "train_gsm8k_warmup"
STAGE = f"results/{STUDY}/arms/panel/gsm8k_warmup"
JOB, COMMENT = "train.panel.gsm8k_warmup", f"rule_{RULE}"
STEPS = 8


def write(copy: Copy) -> None:
    """The study file: nano with a longer first stage, saved at every step."""
    size = {"steps": STEPS, "groups": 2, "group_size": 4, "max_tokens": 48}
    copy.write_study(
        STUDY,
        base__tokens=20_000,
        stages__gsm8k_warmup={"slice": "gsm8k_train", "lr": 1e-3, **size},
        trainer={"save_every": 1},
    )


def prepared(folder: Path) -> Copy:
    """A copy of the repository with the study trained without any incident, on this machine."""
    copy = Copy(folder)
    write(copy)
    said = copy.snakemake(STUDY, "--cores", "2", f"{STAGE}/adapter")
    assert said.returncode == 0, said.stdout[-4000:]
    return copy


def untrained(from_copy: Copy, folder: Path) -> Copy:
    """A copy of a prepared one with everything before the stage, and nothing of the stage."""
    shutil.copytree(
        from_copy.root, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("arms", "state")
    )
    return Copy.at(folder)


def saves(copy: Copy) -> int:
    """The step of the newest complete save of the stage."""
    found = copy.results(STUDY).glob("state/train/*/checkpoint-*/STABLE")
    return max((int(path.parent.name.split("-")[1]) for path in found), default=0)
