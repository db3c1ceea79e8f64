"""The page of training: losses step by step, and by time, which tells arms apart that take unlike steps."""

from pathlib import Path

import pandas as pd

from wideband.config.data import Data, Slice
from wideband.config.policy import Arm
from wideband.config.study import Study
from wideband.config.training import Sft, SoftTarget
from wideband.report.figures import training
from wideband.tables import SCHEMAS, write_table

LAWS = Slice(source="distributions", split="train", families=["poisson"], draws=2)
SECONDS = {"soft": [3.0, 1.0], "counted": [1.0, 1.0], "hard": [0.5, 0.25]}
LOSSES = {"soft": [2.0, 0.5], "counted": [2.0, 1.0], "hard": [3.0, 2.5]}
STAGES = {
    "soft": SoftTarget(method="soft_target", slice="laws", steps=2),
    "counted": SoftTarget(method="soft_target", slice="laws", tokens=10),
    "hard": Sft(method="sft", slice="laws", steps=2),
}


def drawn(root: Path, *arms: str) -> list[tuple[str, list[list[float]], list[list[float]]]]:
    """Name, and x and y of every curve, of the figures of losses."""
    made = {arm: Arm(scaffold="direct", prompt="p", stages=[arm]) for arm in arms}
    stages = {arm: STAGES[arm] for arm in arms}
    study = Study(
        name="s", title="", data=Data(slices={"laws": LAWS}), arms=made, stages=stages, benchmarks={}
    )
    for arm in arms:
        log = pd.DataFrame(
            {"arm": arm, "stage": arm, "step": [1, 2]}, columns=list(SCHEMAS["training_log"].columns)
        )
        log = log.assign(seconds=SECONDS[arm], loss=LOSSES[arm], tokens=5)
        path = root / training.log_path(arm, arm)
        path.parent.mkdir(parents=True, exist_ok=True)
        write_table(log, path, "training_log")
    (section,) = training.sections(study, root)
    assert ("By time" in section.caption) == (len(arms) > 1)
    return [
        (figure.key, [trace["x"] for trace in figure.traces], [trace["y"] for trace in figure.traces])
        for figure in section.figures
        if "loss" in figure.key
    ]


def test_losses_of_several_arms_are_drawn_by_step_and_by_seconds_of_training(tmp_path: Path) -> None:
    steps, seconds = drawn(tmp_path, "soft", "hard")
    assert steps == ("training-loss", [[1, 2], [3, 4]], [[2.0, 0.5], [3.0, 2.5]])
    assert seconds == ("training-loss-by-time", [[3.0, 4.0], [0.5, 0.75]], [[2.0, 0.5], [3.0, 2.5]])


def test_the_steps_of_a_stage_that_trains_on_tokens_are_counted_in_the_arm_that_has_it(
    tmp_path: Path,
) -> None:
    (_, steps, _), _ = drawn(tmp_path, "soft", "counted", "hard")
    assert steps == [[1, 2], [3, 4], [5, 6]]


def test_one_arm_has_nothing_to_be_compared_with(tmp_path: Path) -> None:
    assert [name for name, _, _ in drawn(tmp_path, "soft")] == ["training-loss"]
