"""The laws of a slice: what each item is asked, and shares that outlive a killed job."""

from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from tiny_policy import tiny_model

from wideband.likelihood import exact, items, laws
from wideband.likelihood.items import item_laws, kept_laws, questions
from wideband.likelihood.tables import loglikelihoods, next_tokens
from wideband.spaces import SpaceError
from wideband.tables import read_table, write_table

ITEMS = pd.DataFrame(
    {
        "uid": ["n0", "n1", "n2", "q0"],
        "task": ["choice", "choice", "choice", "multiple_choice"],
        "space": ["digits", "digits", "words", None],
        "problem": ["Pick a digit.", "Any digit.", "Pick a word.", "Which is even?"],
        "options": [list("123"), list("321"), ["red", "reddish"], ["1", "3", "4"]],
    }
)
PROMPTS = [f"{problem}\n" for problem in ITEMS["problem"]]
LABELS = {"arm": "a", "checkpoint": "base", "slice": "s"}


class Killed(Exception):
    """The end of a job that a test wanted to end."""


def test_items_are_answered_as_their_task_says() -> None:
    found = questions(ITEMS, PROMPTS)
    assert [each.prompt for each in found] == PROMPTS
    assert [each.space.options for each in found] == [
        ("1", "2", "3"),
        ("3", "2", "1"),
        ("red", "reddish"),
        ("A", "B", "C"),
    ]


def test_an_open_prompt_has_a_first_token_and_no_answers(tokenizer: Any, tmp_path: Path) -> None:
    tales = ITEMS[:2].assign(task="open", options=None, space="places")
    asked = questions(tales, PROMPTS[:2])
    assert [each.space for each in asked] == [None, None]
    kept = kept_laws(tmp_path / "kept")
    found = item_laws(partial(laws, tiny_model(tokenizer), tokenizer), asked, 1.0, kept)
    assert item_laws(None, asked, 1.0, kept)[1].opening == found[1].opening
    path = tmp_path / "laws.parquet"
    write_table(loglikelihoods(LABELS, ["n0", "n1"], asked, found), path, "loglikelihoods")
    stored, again = read_table(path, "loglikelihoods"), loglikelihoods(LABELS, ["n0", "n1"], asked, found)
    # As the audit joins the two.
    assert stored.empty and stored.merge(again, on=["uid", "option"], how="right").empty
    first = next_tokens(LABELS, ["n0", "n1"], found, tokenizer)
    assert first["support_90"].ge(1).all()


def test_an_item_with_a_single_option_is_an_error_that_names_it() -> None:
    with pytest.raises(SpaceError, match="answer space 'n0': 1 options"):
        questions(ITEMS.assign(options=[["1"]] * 4, space=None), PROMPTS)


def test_shares_that_were_computed_before_a_kill_are_read_back_to_the_last_bit(
    tokenizer: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(items, "SHARE", 2)
    own, asked = partial(laws, tiny_model(tokenizer), tokenizer), questions(ITEMS, PROMPTS)
    whole = item_laws(own, asked, 1.0, kept_laws(tmp_path / "whole"))
    calls = []

    def once(*given: Any) -> list[exact.Law]:
        calls.append(given)
        if len(calls) == 2:
            raise Killed
        return own(*given)

    with pytest.raises(Killed):
        item_laws(once, asked, 1.0, kept_laws(tmp_path / "state"))
    again = item_laws(once, asked, 1.0, kept_laws(tmp_path / "state"))
    assert len(calls) == 3
    for law, expected in zip(again, whole, strict=True):
        assert np.array_equal(law.logprobs, expected.logprobs)
        assert np.array_equal(law.tokens, expected.tokens)
        assert law.opening == expected.opening
    # Another temperature is another law, whatever is kept.
    assert not np.array_equal(
        item_laws(own, asked, 2.0, kept_laws(tmp_path / "state"))[0].logprobs, whole[0].logprobs
    )


def test_the_table_has_a_row_for_each_answer(tokenizer: Any, tmp_path: Path) -> None:
    asked = questions(ITEMS, PROMPTS)
    own = partial(laws, tiny_model(tokenizer), tokenizer)
    found = item_laws(own, asked, 1.0, kept_laws(tmp_path / "state"))
    write_table(
        loglikelihoods(LABELS, list(ITEMS["uid"]), asked, found), tmp_path / "l.parquet", "loglikelihoods"
    )
    stored = read_table(tmp_path / "l.parquet", "loglikelihoods")
    assert len(stored) == 3 + 3 + 2 + 3
    assert stored.groupby("uid")["target_mass"].sum().to_numpy() == pytest.approx(1)
    assert (np.exp(stored["logprob"]).groupby(stored["uid"]).sum() < 1).all()
