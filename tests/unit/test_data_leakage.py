"""Training and evaluation problems are kept apart by text and by uid."""

import pandas as pd
import pytest

from wideband.data import leakage
from wideband.data.errors import LeakageError
from wideband.data.identity import repeated


def slice_of(**texts: str) -> pd.DataFrame:
    return pd.DataFrame({"uid": list(texts), "problem": list(texts.values())})


def test_distinct_slices_pass() -> None:
    leakage.check({"train": slice_of(a="x+1"), "test": slice_of(b="x-1")}, ["train"], ["test"])


def test_the_same_text_under_another_uid_leaks_and_names_slices_and_uid() -> None:
    slices = {"train": slice_of(a="Find $x$.", b="other"), "test": slice_of(t="find  $x$ .")}
    with pytest.raises(LeakageError, match=r"train and test share 1: a\); add the evaluation slice"):
        leakage.check(slices, ["train"], ["test"])


def test_the_same_uid_leaks_in_another_wording() -> None:
    slices = {
        "train": slice_of(aime_2025__1="On the triangle"),
        "test": slice_of(aime_2025__1="In the triangle"),
    }
    with pytest.raises(LeakageError, match="aime_2025__1"):
        leakage.check(slices, ["train"], ["test"])


def test_every_pair_is_named_and_at_most_ten_uids_of_each() -> None:
    many = slice_of(**{f"u{i}": f"text {i}" for i in range(25)})
    slices = {"one": many, "two": slice_of(z="text 3"), "test": many.assign(uid=[f"t{i}" for i in range(25)])}
    with pytest.raises(LeakageError) as error:
        leakage.check(slices, ["one", "two"], ["test"])
    message = str(error.value)
    assert "one and test share 25: u0, u1," in message
    assert "u9 …" in message
    assert "u10" not in message
    assert "two and test share 1: z" in message


def test_evaluation_slices_may_overlap_each_other_and_so_may_training_slices() -> None:
    same = slice_of(a="x")
    leakage.check({"t1": same, "t2": same, "e": slice_of(b="y")}, ["t1", "t2"], ["e"])
    leakage.check({"t": slice_of(b="y"), "e1": same, "e2": same}, ["t"], ["e1", "e2"])


def test_repeated_texts_within_a_table_are_grouped() -> None:
    assert repeated(slice_of(a="x + y", b="z", c="$x+y$.")) == [("a", "c")]
