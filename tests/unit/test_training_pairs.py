"""Preference pairs: TRL's loss on them, its reference, and pairs that cannot be trained on."""

import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import torch
from data_folders import jsonl, local
from tiny_methods import CHOICES, TARGETS, given_stage, tiny_method

from wideband.config.data import Data, Slice
from wideband.data.errors import DataError
from wideband.data.slices import build_slice
from wideband.errors import WidebandError
from wideband.training.dpo import tokenised
from wideband.training.publish import save_adapter

STAGE = {key: value for key, value in TARGETS["pairs"].items() if key != "scaffold"}


def losses(run: Any) -> list[float]:
    return [row["loss"] for row in run.state.log_history if "tokens" in row]


def test_the_reference_is_the_policy_that_the_stage_starts_from(tiny_base: Path, tmp_path: Path) -> None:
    """Where both are the same, each side is as likely under either: log 2."""
    first = tiny_method(tiny_base, tmp_path / "one", **TARGETS["pairs"])
    save_adapter(first, tmp_path / "adapter")
    second = tiny_method(tiny_base, tmp_path / "two", adapter=tmp_path / "adapter", **TARGETS["pairs"])
    assert losses(first)[0] == pytest.approx(math.log(2), abs=1e-6)
    assert losses(second)[0] == pytest.approx(math.log(2), abs=1e-6)
    assert losses(first)[-1] < losses(first)[0] - 0.05


def pairs(base: Path, context: int = 256, **columns: Any) -> dict[str, Any]:
    problems = CHOICES.assign(**columns)
    given = given_stage(base, base, problems, None, "think", {**STAGE, "slice": "t"})
    return tokenised(replace(given, context=context))


def test_sides_are_written_as_the_scaffold_does_and_end(tiny_base: Path, tokenizer: Any) -> None:
    found = pairs(tiny_base)
    end = [tokenizer.eos_token_id]
    written = tokenizer.encode("<think>As the sea.</think><answer>blue</answer>", add_special_tokens=False)
    assert found["colour"]["rejected_ids"] == written + end
    assert found["number"]["chosen_ids"] == tokenizer.encode("7", add_special_tokens=False) + end


def test_the_loss_is_that_of_a_pass_per_side(tiny_base: Path, tmp_path: Path) -> None:
    run = tiny_method(tiny_base, tmp_path, **TARGETS["pairs"], steps=1)
    policy = run.accelerator.unwrap_model(run.model).eval()
    margins = []
    for pair in pairs(tiny_base).values():
        sides = []
        for name in ("chosen_ids", "rejected_ids"):
            ids = torch.tensor([pair["prompt_ids"] + pair[name]])
            with torch.no_grad(), policy.disable_adapter():
                before = policy(input_ids=ids).logits[0].log_softmax(-1)
            with torch.no_grad():
                after = policy(input_ids=ids).logits[0].log_softmax(-1)
            places = range(len(pair["prompt_ids"]) - 1, ids.shape[1] - 1)
            sides.append(sum(float((after - before)[at, ids[0, at + 1]]) for at in places))
        margins.append(sides[0] - sides[1])
    expected = -torch.nn.functional.logsigmoid(STAGE["beta"] * torch.tensor(margins)).mean()
    batch = run.data_collator(list(pairs(tiny_base).values()))
    with torch.no_grad():
        assert float(run.compute_loss(run.model, batch)) == pytest.approx(float(expected), abs=1e-4)
    assert float(expected) != pytest.approx(math.log(2), abs=1e-3)


def test_a_pair_that_teaches_nothing_is_named(tiny_base: Path) -> None:
    with pytest.raises(WidebandError, match="uid 'number': both sides are '7', which teaches nothing"):
        pairs(tiny_base, rejected=[["tails"], ["7"], ["blue"]])
    with pytest.raises(WidebandError, match="uid 'coin' lacks a side of its preference pair"):
        pairs(tiny_base, chosen=[None, ["7"], ["red"]])
    with pytest.raises(WidebandError, match=r"uid 'coin': prompt and completion have \d+ tokens"):
        pairs(tiny_base, context=20)


def sliced(root: Path, rows: list[dict[str, Any]]) -> pd.DataFrame:
    jsonl(root / "preferences/train.jsonl", rows)
    data = local(root, {"pairs": Slice(source="preferences", split="train")})
    return build_slice("pairs", data)


def test_pairs_of_a_file_are_items(tmp_path: Path) -> None:
    rows = [{"prompt": "Say hello", "chosen": "Hello.", "rejected": "No.", "uid": "h"}]
    (item,) = sliced(tmp_path, rows).to_dict("records")
    assert (item["uid"], item["problem"], item["task"]) == ("h", "Say hello", "open")
    assert (list(item["chosen"]), list(item["rejected"])) == (["Hello."], ["No."])


def test_a_pair_without_a_uid_gets_one_of_its_place(tmp_path: Path) -> None:
    pair = {"prompt": "Say hello", "chosen": "Hello.", "rejected": "No."}
    rows = [pair, pair | {"uid": None}, pair | {"uid": ""}]
    assert sorted(sliced(tmp_path, rows)["uid"]) == [f"preferences_train_{at}" for at in range(3)]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"prompt": "a", "chosen": "b"}, "uid 'x' has no text as rejected; restore or remove the row"),
        ({"prompt": " ", "chosen": "b", "rejected": "c"}, "uid 'x' has no text as prompt"),
        ({"prompt": "a", "chosen": "b ", "rejected": "b"}, "uid 'x' has equal sides, which teach nothing"),
    ],
)
def test_bad_pairs_of_a_file_are_named(tmp_path: Path, row: dict[str, str], message: str) -> None:
    with pytest.raises(DataError, match=f"train.jsonl:1: {message}"):
        sliced(tmp_path, [row | {"uid": "x"}])


def test_generated_pairs_are_a_right_working_and_a_wrong_one() -> None:
    part = Slice(source="preferences", split="train", n=8)
    items = build_slice("pairs", Data(slices={"pairs": part}))
    assert len(items) == 8 and items["uid"].is_unique
    for chosen, rejected in zip(items["chosen"], items["rejected"], strict=True):
        assert len(chosen) == len(rejected) == 2 and chosen[1] != rejected[1]
