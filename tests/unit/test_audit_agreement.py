"""Rollouts that cannot be sampled again to the token: is what they say of their likelihood true?"""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest
from tiny_policy import PROBLEMS, TEMPLATE, tiny_training

from wideband.audit.agreement import logprob, tolerance, unlikely
from wideband.audit.choice import Chosen
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
            "token_ids": [list(each.token_ids) for each in done],
            "completion_tokens": [each.tokens for each in done],
            "prompt_tokens": [each.prompt_tokens for each in done],
            "finish_reason": [each.finish_reason for each in done],
            "logprob": [each.logprob for each in done],
        }
    )


def said(rows: pd.DataFrame, base: Path, adapter: Path | None = None, dtype: str = "float32") -> str | None:
    """What the audit says of these rows."""
    params = {
        "scaffold": SCAFFOLD,
        "template": TEMPLATE,
        "temperature": TEMPERATURE,
        "sampling": {"engine": "vllm"},
    }
    job = SimpleNamespace(spec=SimpleNamespace(params=params))
    return unlikely(Chosen(job, rows, rows, PROBLEMS), base, adapter, dtype)


def respelled(rows: pd.DataFrame, tokenizer: Any) -> tuple[Any, list[int]]:
    """A rollout's text in other tokens than the tokenizer would choose, and where it stands."""
    for at, row in rows.iterrows():
        letters = [token for letter in row["completion"] for token in tokenizer.encode(letter)]
        other = letters != tokenizer.encode(row["completion"])
        if other and row["finish_reason"] == "length" and tokenizer.decode(letters) == row["completion"]:
            return at, letters
    raise AssertionError("no rollout that can be spelled otherwise")


def test_rollouts_of_the_checkpoint_are_as_likely_as_they_say(
    rollouts: pd.DataFrame, tiny_base: Path
) -> None:
    assert said(rollouts, tiny_base) is None


def test_tokens_that_their_text_does_not_lead_back_to_are_read_as_they_were_sampled(
    rollouts: pd.DataFrame, tiny_base: Path, model: Any, tokenizer: Any
) -> None:
    at, letters = respelled(rollouts, tokenizer)
    row = rollouts.loc[at]
    problem = PROBLEMS.set_index("uid").loc[row["uid"], "problem"]
    prompt = tokenizer.encode(get(SCAFFOLD).render(TEMPLATE, problem))
    spelled = rollouts.loc[[at]].assign(
        token_ids=[letters],
        completion_tokens=len(letters),
        logprob=logprob(model, prompt, letters, TEMPERATURE),
    )
    assert said(spelled, tiny_base) is None
    usual = tokenizer.encode(row["completion"])
    swapped = spelled.assign(token_ids=[usual], completion_tokens=len(usual))
    assert "nats a token, by the checkpoint" in said(swapped, tiny_base)


@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
def test_another_log_probability_is_named_with_its_rollout(
    rollouts: pd.DataFrame, tiny_base: Path, dtype: str
) -> None:
    at, allowed = rollouts.index[-1], tolerance(dtype, "vllm", TEMPERATURE)
    edited, row = rollouts.copy(), rollouts.loc[rollouts.index[-1]]
    edited.loc[at, "logprob"] += 0.9 * allowed * row["completion_tokens"]
    assert said(edited, tiny_base, dtype=dtype) is None
    edited.loc[at, "logprob"] += 0.2 * allowed * row["completion_tokens"]
    assert said(edited, tiny_base, dtype=dtype).startswith(f"{row['uid']} sample {row['sample']}: ")


def test_a_log_probability_that_is_no_number_is_found(rollouts: pd.DataFrame, tiny_base: Path) -> None:
    assert "nan nats a token" in said(rollouts.assign(logprob=float("nan")), tiny_base)


def test_fp32_leaves_no_room_for_another_checkpoint_that_bf16_would_hide() -> None:
    assert tolerance("float32", "vllm", 1.0) <= tolerance("bfloat16", "vllm", 1.0) / 100
    assert tolerance("bfloat16", "vllm", 0.5) == 2 * tolerance("bfloat16", "vllm", 1.0)
    assert tolerance("float32", "vllm", 0.0) == tolerance("float32", "vllm", 1.0)


@pytest.mark.parametrize(
    ("column", "value"),
    [("completion", "5"), ("completion_tokens", 9), ("finish_reason", "other"), ("prompt_tokens", 1)],
)
def test_what_does_not_follow_from_the_token_ids_is_found(
    rollouts: pd.DataFrame, tiny_base: Path, column: str, value: object
) -> None:
    assert f"{column} is {value!r}, by its token ids" in said(rollouts.assign(**{column: value}), tiny_base)


def test_other_tokens_of_equal_text_and_count_are_found(
    rollouts: pd.DataFrame, tiny_base: Path, tokenizer: Any
) -> None:
    edited = rollouts.copy()
    edited["token_ids"] = [[*ids[:-1], tokenizer.encode("5")[0]] for ids in rollouts["token_ids"]]
    edited["completion"] = [tokenizer.decode(ids) for ids in edited["token_ids"]]
    edited["finish_reason"] = "length"
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


def test_rollouts_of_an_earlier_version_are_told_to_be_sampled_again(
    rollouts: pd.DataFrame, tiny_base: Path
) -> None:
    assert "no token ids, which rollouts of an earlier version lack; sample" in said(
        rollouts.assign(token_ids=None), tiny_base
    )
