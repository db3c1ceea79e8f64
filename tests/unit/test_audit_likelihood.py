"""Rollouts that cannot be sampled again to the token: is what they say of their likelihood true?"""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest
from tiny_policy import PROBLEMS, TEMPLATE, tiny_training

from wideband.audit.choice import Chosen
from wideband.audit.likelihood import TOLERANCE, token_ids, unlikely
from wideband.sampling.requests import Request, Settings
from wideband.sampling.transformers_engine import TransformersEngine
from wideband.scaffolds import get
from wideband.training.publish import save_adapter

SCAFFOLD = "think"
TEMPERATURE = 0.8


@pytest.fixture(scope="module")
def rollouts(model: Any, tokenizer: Any) -> pd.DataFrame:
    """Three completions of each problem by the base."""
    scaffold = get(SCAFFOLD)
    rows = [
        (uid, text, n)
        for uid, text in zip(PROBLEMS["uid"], PROBLEMS["problem"], strict=True)
        for n in range(3)
    ]
    requests = [Request(scaffold.render(TEMPLATE, text), 10 * n + 1) for _, text, n in rows]
    settings = Settings(TEMPERATURE, 3, scaffold.stop)
    done = TransformersEngine(model, tokenizer, 8).sample(requests, settings)
    return pd.DataFrame(
        {
            "uid": [uid for uid, _, _ in rows],
            "sample": [n for _, _, n in rows],
            "completion": [each.text for each in done],
            "completion_tokens": [each.tokens for each in done],
            "finish_reason": [each.finish_reason for each in done],
            "logprob": [each.logprob for each in done],
        }
    )


def said(rows: pd.DataFrame, base: Path, adapter: Path | None = None) -> str | None:
    """What the audit says of these rows."""
    params = {"scaffold": SCAFFOLD, "template": TEMPLATE, "temperature": TEMPERATURE}
    job = SimpleNamespace(spec=SimpleNamespace(params=params))
    return unlikely(Chosen(job, rows, rows, PROBLEMS), base, adapter)


def readable(rows: pd.DataFrame, tokenizer: Any) -> pd.Series:
    """Which rows' texts lead back to their tokens."""
    found = [token_ids(tokenizer, get(SCAFFOLD).stop, row) for row in rows.to_dict("records")]
    return pd.Series([bool(each) for each in found], index=rows.index)


def test_rollouts_of_the_checkpoint_are_as_likely_as_they_say(
    rollouts: pd.DataFrame, tiny_base: Path, tokenizer: Any
) -> None:
    assert readable(rollouts, tokenizer).sum() > 3
    assert said(rollouts, tiny_base) is None


def test_another_log_probability_is_named_with_its_rollout(
    rollouts: pd.DataFrame, tiny_base: Path, tokenizer: Any
) -> None:
    at = rollouts.index[readable(rollouts, tokenizer)][-1]
    edited, row = rollouts.copy(), rollouts.loc[at]
    edited.loc[at, "logprob"] += 0.9 * TOLERANCE * row["completion_tokens"]
    assert said(edited, tiny_base) is None
    edited.loc[at, "logprob"] += 0.2 * TOLERANCE * row["completion_tokens"]
    assert said(edited, tiny_base).startswith(f"{row['uid']} sample {row['sample']}: ")


def test_an_edited_completion_is_found(rollouts: pd.DataFrame, tiny_base: Path, tokenizer: Any) -> None:
    at = rollouts.index[readable(rollouts, tokenizer)][0]
    edited = rollouts.copy()
    edited.loc[at, ["completion", "completion_tokens", "finish_reason"]] = ["5", 1, "length"]
    assert "nats a token, by the checkpoint" in said(edited, tiny_base)


def test_rollouts_of_another_checkpoint_are_found(
    rollouts: pd.DataFrame, tiny_base: Path, tmp_path: Path
) -> None:
    trainer = tiny_training(tiny_base, tmp_path / "state", steps=2)
    for name, value in trainer.model.named_parameters():
        if "lora_B" in name:
            value.data.add_(0.5)
    save_adapter(trainer, tmp_path / "adapter")
    assert said(rollouts, tiny_base, tmp_path / "adapter") is not None


def test_a_text_that_does_not_lead_back_to_its_tokens_is_left_out(
    rollouts: pd.DataFrame, tiny_base: Path, tokenizer: Any
) -> None:
    at = rollouts.index[readable(rollouts, tokenizer)][0]
    edited = rollouts.loc[[at]].assign(completion_tokens=1000, logprob=0.0)
    assert not readable(edited, tokenizer).any()
    assert said(edited, tiny_base) is None
