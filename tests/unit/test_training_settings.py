"""Rewards, anchors, entropy bonus and advantages on a mixture of experts: each resumes to the same bytes."""

import shutil
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tiny_methods import REWARDS, rewarded, tiny_method
from tiny_policy import Killed, MarkedByText, tiny_training

from wideband.provenance.digests import folder_digest
from wideband.training.log import training_log
from wideband.training.publish import ADAPTER_FILES, save_adapter

SETTINGS = {
    "anchored": {"kl": 0.5},
    "anchored on other prompts": {"retain": {"slice": "others", "weight": 2.0, "prompts": 3}},
    "with an entropy bonus": {"entropy_bonus": 0.1},
    "scaled by the standard deviation": {"advantage": "mean_std"},
}


@pytest.fixture(scope="module")
def stage_before(tiny_base: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The adapter that a stage before ended with."""
    folder = tmp_path_factory.mktemp("before")
    save_adapter(tiny_training(tiny_base, folder / "state", steps=2, lr=5e-2), folder / "adapter")
    return folder / "adapter"


def digest(base: Path, folder: Path, before: Path, **stage: object) -> str:
    """Of the adapter that training ends with; it is published alone."""
    save_adapter(tiny_training(base, folder / "state", 3, adapter=before, **stage), folder / "adapter")
    assert sorted(path.name for path in (folder / "adapter").iterdir()) == sorted(ADAPTER_FILES)
    return folder_digest(folder / "adapter")


def test_the_anchor_is_the_policy_that_the_stage_starts_from(
    tiny_base: Path, tmp_path: Path, stage_before: Path
) -> None:
    trainer = tiny_training(tiny_base, tmp_path, 3, adapter=stage_before, kl=0.5)
    table = training_log(trainer.state.log_history, "panel", "second")
    # Before its first step a stage is where it started; the base is far from there.
    assert table["kl"][0] == pytest.approx(0.0, abs=1e-6)
    assert (table["kl"][1:] > 1e-6).all()


def test_advantages_of_the_rewards_own_take_the_place_of_trls(
    tiny_base: Path, tmp_path: Path, stage_before: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Two groups of four rollouts from which nothing follows.
    monkeypatch.setattr(MarkedByText, "advantages", np.zeros(8), raising=False)
    assert digest(tiny_base, tmp_path, stage_before) == folder_digest(stage_before)


def test_training_ends_with_the_step_that_reaches_its_tokens(
    tiny_base: Path, tmp_path: Path, tokenizer: Any
) -> None:
    """Whether it was killed inside, or after the save of that step."""
    said = {"steps": None, "tokens": 200}
    whole = tiny_training(tiny_base, tmp_path / "whole", **said)
    save_adapter(whole, tmp_path / "a")
    log = training_log(whole.state.log_history, "panel", "second")
    (prompt,) = {len(tokenizer.encode(prompt)) for prompt in MarkedByText(4).items}
    assert list(log["trained_tokens"] - log["tokens"]) == [2 * prompt] * len(log)
    assert log["trained_tokens"][:-1].sum() < 200 <= log["trained_tokens"].sum()
    with pytest.raises(Killed):
        tiny_training(tiny_base, tmp_path / "killed", fail_at=2, **said)
    for folder in ("b", "c"):
        save_adapter(tiny_training(tiny_base, tmp_path / "killed", **said), tmp_path / folder)
        assert folder_digest(tmp_path / folder) == folder_digest(tmp_path / "a")


@pytest.mark.parametrize("name", SETTINGS)
def test_a_killed_run_with_each_setting_ends_with_the_bytes_of_an_uninterrupted_one(
    name: str, tiny_base: Path, tmp_path: Path, stage_before: Path
) -> None:
    stage = SETTINGS[name]
    with pytest.raises(Killed):
        tiny_training(tiny_base, tmp_path / "b/state", 3, 3, adapter=stage_before, **stage)
    whole = digest(tiny_base, tmp_path / "a", stage_before, **stage)
    assert digest(tiny_base, tmp_path / "b", stage_before, **stage) == whole
    assert digest(tiny_base, tmp_path / "c", stage_before) != whole


@pytest.mark.parametrize("name", REWARDS)
def test_a_killed_run_with_each_reward_ends_with_the_bytes_of_an_uninterrupted_one(
    name: str, tiny_base: Path, tmp_path: Path
) -> None:
    # Advantages do not ask which reward they are made of: those of pass_at_k ride on one.
    said = REWARDS[name] | ({"advantage": "pass_at_k", "k": 2} if name == "witness" else {})
    train = partial(tiny_method, tiny_base, problems=rewarded(tiny_base, name), **said | {"steps": 2})
    whole = train(tmp_path / "whole")
    # All that a kill in the second step leaves.
    shutil.copytree(tmp_path / "whole/checkpoint-1", tmp_path / "killed/checkpoint-1")
    resumed = train(tmp_path / "killed")
    logs = []
    for folder, trainer in (("a", whole), ("b", resumed)):
        save_adapter(trainer, tmp_path / folder)
        log = training_log(trainer.state.log_history, "panel", "second")
        logs.append(log.drop(columns=["seconds", "peak_bytes"]))
    assert folder_digest(tmp_path / "a") == folder_digest(tmp_path / "b")
    assert logs[0].equals(logs[1])
    # What the second step learned is in the bytes.
    assert logs[0]["grad_norm"].iloc[-1] > 0
