"""A study whose training lasts long enough to be disturbed, prepared up to it: by GRPO, and by DPO."""

import shutil
from pathlib import Path
from typing import NamedTuple

from workflow import Copy

STUDY = "small"
STEPS = 8


class Stage(NamedTuple):
    """A stage of an arm, and what its job is called."""

    arm: str
    name: str

    @property
    def folder(self) -> str:
        """Where its outputs lie."""
        return f"results/{STUDY}/arms/{self.arm}/{self.name}"

    @property
    def job(self) -> str:
        """The name of its lock."""
        return f"train.{self.arm}.{self.name}"

    @property
    def rule(self) -> str:
        """Its rule."""
        return f"train_{self.name}"

    @property
    def comment(self) -> str:
        """What SLURM's comment of its job begins with."""
        return f"rule_{self.rule}"


SAMPLED, PAIRS = Stage("panel", "gsm8k_warmup"), Stage("think", "pairs")


def write(copy: Copy) -> None:
    """The study file: nano with a longer first stage and one of another method, saved at every step."""
    size = {"steps": STEPS, "lr": 1e-3}
    copy.write_study(
        STUDY,
        base__tokens=20_000,
        data__slices__pairs={"source": "preferences", "split": "train", "n": 16},
        arms__think__stages=[PAIRS.name],
        stages__gsm8k_warmup={"slice": "gsm8k_train", "groups": 2, "group_size": 4, "max_tokens": 48, **size},
        stages__pairs={"method": "dpo", "slice": "pairs", "groups": 8, **size},
        trainer={"save_every": 1},
    )


def prepared(folder: Path) -> Copy:
    """A copy of the repository with the study's stages trained without any incident, on this machine."""
    copy = Copy(folder)
    write(copy)
    said = copy.snakemake(STUDY, "--cores", "2", *(f"{stage.folder}/adapter" for stage in (SAMPLED, PAIRS)))
    assert said.returncode == 0, said.stdout[-4000:]
    return copy


def untrained(from_copy: Copy, folder: Path) -> Copy:
    """A copy of a prepared one with everything before its stages, and nothing of them."""
    shutil.copytree(
        from_copy.root, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("arms", "state")
    )
    return Copy.at(folder)


def saves(copy: Copy) -> int:
    """The step of the newest complete save of the stage that is trained."""
    found = copy.results(STUDY).glob("state/train/*/checkpoint-*/STABLE")
    return max((int(path.parent.name.split("-")[1]) for path in found), default=0)
