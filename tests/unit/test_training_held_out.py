"""Evaluation inside a stage: what the rule `loglikelihood` finds, at no cost to the training."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from tiny_methods import EVAL, HELD_OUT, given_stage, tiny_method
from transformers import Trainer as HubTrainer

from wideband.likelihood import laws
from wideband.likelihood.items import questions
from wideband.policy.base import load_tokenizer
from wideband.policy.load import sampling_policy
from wideband.provenance.digests import folder_digest
from wideband.sampling.prompts import prompts
from wideband.tables import read_table, write_table
from wideband.training import held_out, log
from wideband.training.log import eval_log, training_log
from wideband.training.publish import save_adapter

STAGES = {
    "soft": {"method": "soft_target", "paths": 2, "loss": "sum"},
    "hard": {"method": "sft", "samples": 4},
}


def found_by_the_rule(base: Path, adapter: Path | None) -> dict[str, float]:
    """KL of each item, of a checkpoint that is loaded anew."""
    said = {"method": "sft", "slice": "tiny", "steps": 1}
    render, tokenizer = given_stage(base, base, HELD_OUT, None, "direct", said).render, load_tokenizer(base)
    asked = questions(HELD_OUT, prompts(HELD_OUT, render))
    kl = {}
    for uid, question, law in zip(
        HELD_OUT["uid"], asked, laws(sampling_policy(base, adapter), tokenizer, asked), strict=True
    ):
        target = np.array(question.space.law)
        wanted = target > 0
        kl[uid] = (target[wanted] * (np.log(target[wanted]) - law.logprobs[wanted])).sum()
    return kl


def evaluations(run: HubTrainer, folder: Path) -> dict[int, dict[str, float]]:
    """KL by step and item, out of the table."""
    write_table(eval_log(run.state.log_history, "a", "s", "held_out"), folder / "eval.parquet", "eval_log")
    table = read_table(folder / "eval.parquet", "eval_log")
    return {step: dict(zip(rows["uid"], rows["kl"], strict=True)) for step, rows in table.groupby("step")}


@pytest.mark.parametrize("stage", STAGES.values(), ids=STAGES)
def test_evaluations_are_those_of_the_checkpoints_and_change_no_byte_of_the_training(
    tiny_base: Path, tmp_path: Path, stage: dict[str, Any]
) -> None:
    said = {"publish_every": 2, **stage}
    watched = tiny_method(tiny_base, tmp_path / "watched", eval=EVAL | {"every": 2}, **said)
    alone = tiny_method(tiny_base, tmp_path / "alone", **said)
    for run, name in ((watched, "a"), (alone, "b")):
        save_adapter(run, tmp_path / name)
    assert folder_digest(tmp_path / "a") == folder_digest(tmp_path / "b")
    assert eval_log(alone.state.log_history, "a", "s", "held_out").empty
    found = evaluations(watched, tmp_path)
    adapters = {0: None, 2: tmp_path / "watched/published/2", 4: tmp_path / "a"}
    assert list(found) == list(adapters)
    for step, adapter in adapters.items():
        assert found[step] == pytest.approx(found_by_the_rule(tiny_base, adapter), abs=1e-4)
    assert len({round(found[step]["die"], 3) for step in found}) == 3


def test_an_item_without_mass_on_an_option_has_a_finite_divergence(tiny_base: Path, tmp_path: Path) -> None:
    run = tiny_method(tiny_base, tmp_path / "state", eval=EVAL, **STAGES["soft"])
    assert all(np.isfinite(kl["weather"]) and kl["weather"] > 0 for kl in evaluations(run, tmp_path).values())


def test_evaluations_take_no_seconds_of_training(
    tiny_base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By a clock that goes on by a second whenever it is looked at, and by an hour in an evaluation."""
    clock = iter(range(10_000_000))
    evaluated = []

    def slow(*asked: Any) -> Any:
        evaluated.append([next(clock) for _ in range(3600)])
        return laws(*asked)

    monkeypatch.setattr(held_out, "laws", slow)
    monkeypatch.setattr(log, "time", SimpleNamespace(monotonic=lambda: float(next(clock))))
    run = tiny_method(tiny_base, tmp_path, eval=EVAL | {"every": 1}, **STAGES["hard"])
    assert len(evaluated) == 5
    assert training_log(run.state.log_history, "a", "s")["seconds"].between(0, 20).all()


def test_a_policy_that_has_been_evaluated_trains_with_dropout_as_before(
    tiny_base: Path, tmp_path: Path
) -> None:
    run = tiny_method(tiny_base, tmp_path, eval=EVAL | {"every": 1}, **STAGES["soft"])
    assert run.model.training
