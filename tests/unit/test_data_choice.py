"""Items that ask for any option of an answer space."""

from pathlib import Path

import pandas as pd
import pytest

from wideband.config.checks_slices import problems
from wideband.config.data import Data, Slice
from wideband.config.parameters import parameters
from wideband.config.study import Study
from wideband.data.leakage import shared
from wideband.data.slices import build_slice
from wideband.likelihood.items import questions
from wideband.spaces import SpaceError
from wideband.spaces.asking import paraphrase_of
from wideband.spaces.of_items import space_of
from wideband.tables import read_table, write_table
from wideband.training.reward_function import items

ROOT = Path(__file__).parents[2]
FULL = {"spaces": ["colour", "planet"], "listed": True, "shots": 3, "paraphrases": 2, "orders": 2}


@pytest.fixture(autouse=True)
def _in_the_project(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


def drawn(split: str = "test", seed: int = 1, **settings: object) -> pd.DataFrame:
    """The items as the rule `slice` draws them: from its parameters alone."""
    part = Slice(source="choice", split=split, **settings)
    study = Study(name="s", title="", data=Data(seed=seed, slices={"c": part}), arms={}, benchmarks={})
    params = parameters("slice", study, {"slice": "c"})
    return build_slice("c", Data.model_validate(params["data"]), params["spaces"]).set_index("uid")


def shown(text: str) -> list[str]:
    """The options that a question shows, in their order."""
    line = next(line for line in text.splitlines() if line.startswith("Choose from: "))
    return line.removeprefix("Choose from: ").removesuffix(".").split(", ")


def test_every_space_way_of_asking_and_order_is_an_item(tmp_path: Path) -> None:
    items = drawn(**FULL)
    assert set(items.index) == {
        f"choice/test/{space}/p{way}/o{order}"
        for space in ("colour", "planet")
        for way in (1, 2)
        for order in (1, 2)
    }
    write_table(items.reset_index(), tmp_path / "c.parquet", "problems")
    read = read_table(tmp_path / "c.parquet", "problems").set_index("uid")
    one = read.loc["choice/test/planet/p1/o1"]
    assert (one["task"], one["space"]) == ("choice", "planet") and pd.isna(one["gold"])
    assert sorted(shown(one["problem"])) == sorted(one["options"])


def test_a_uid_says_which_way_of_asking_it_is() -> None:
    items = drawn(**FULL)
    for way in (1, 2):
        asked = [text for uid, text in items["problem"].items() if paraphrase_of(uid) == way]
        first_lines = {text.splitlines()[0] for text in asked}
        # Two spaces, one request each.
        assert len(asked) == 4 and len(first_lines) == 2
    assert paraphrase_of("knowledge_3") is None


def test_a_range_of_integers_is_not_listed_since_its_kind_names_it() -> None:
    items = drawn(spaces=["integer_1_100"], listed=True)
    assert "Choose from" not in items["problem"].iloc[0] and "between 1 and 100" in items["problem"].iloc[0]


def test_an_order_is_the_same_for_every_way_of_asking_and_no_order_twice() -> None:
    asked = drawn(**FULL)["problem"]
    orders = {
        (way, order): shown(asked[f"choice/test/colour/p{way}/o{order}"])
        for way in (1, 2)
        for order in (1, 2)
    }
    assert orders[1, 1] == orders[2, 1] != orders[1, 2] == orders[2, 2]
    first = {asked[f"choice/test/colour/p{way}/o1"].splitlines()[0] for way in (1, 2)}
    assert len(first) == 2


def test_draws_follow_the_seed_and_differ_between_training_and_tests() -> None:
    once = drawn(**FULL)
    pd.testing.assert_frame_equal(once, drawn(**FULL))
    for other in (drawn(seed=2, **FULL), drawn("train", **FULL)):
        assert shown(other["problem"].iloc[0]) != shown(once["problem"].iloc[0])
        assert list(other["turns"].iloc[0]) != list(once["turns"].iloc[0])


def test_examples_are_of_other_kinds_and_look_like_the_question() -> None:
    items = drawn(**FULL)
    for space, turns, options in zip(items["space"], items["turns"], items["options"], strict=True):
        assert len(turns) == 6
        for question, answer in zip(turns[::2], turns[1::2], strict=True):
            assert answer in shown(question) and answer not in options
            assert space not in question.splitlines()[0]


def test_without_a_list_no_option_is_shown() -> None:
    item = drawn(spaces=["fruit"]).loc["choice/test/fruit/p1/o1"]
    assert "apple" not in item["problem"] and item["turns"] is None


def test_masses_of_a_space_go_with_its_items_to_targets_and_rewards(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "config/spaces").mkdir(parents=True)
    coin = "kind: side\noptions: [heads, tails]\nlaw: {heads: 0.9, tails: 0.1}\n"
    (tmp_path / "config/spaces/coin.yaml").write_text(coin)
    part = Slice(source="choice", split="test", spaces=["coin"])
    study = Study(name="s", title="", data=Data(slices={"c": part}), arms={}, benchmarks={})
    assert list(problems(study, tmp_path)) == []
    write_table(drawn(spaces=["coin"]).reset_index(), tmp_path / "c.parquet", "problems")
    read = read_table(tmp_path / "c.parquet", "problems")
    (row,) = read.to_dict("records")
    assert space_of(row).law == (0.9, 0.1)
    (question,) = questions(read, ["?"])
    assert question.space.law == (0.9, 0.1)
    (item,) = items(read, lambda problem, turns: problem).values()
    assert item.law == {"heads": 0.9, "tails": 0.1}
    with pytest.raises(SpaceError, match=r"choice/test/coin.*1 masses of 2 options"):
        space_of(row | {"masses": [1.0]})


def test_options_of_equal_masses_are_kept_without_them() -> None:
    items = drawn(spaces=["planet"])
    assert items["masses"].isna().all()
    assert space_of(items.reset_index().iloc[0].to_dict()).law == (1 / 8,) * 8


def test_a_space_that_is_trained_and_measured_leaks_nothing() -> None:
    train, test = drawn("train", spaces=["fruit"]).reset_index(), drawn(spaces=["fruit"]).reset_index()
    assert train["problem"].tolist() == test["problem"].tolist()
    assert shared(train, test) == []
    assert shared(train.assign(space=None), test) == train["uid"].tolist()


def test_weighted_words_leak_by_their_law_whatever_their_order() -> None:
    train, test = drawn("train", spaces=["weather"]).reset_index(), drawn(spaces=["weather"]).reset_index()
    other = test.assign(problem="another", options=[list(row)[::-1] for row in test["options"]])
    assert shared(train, test.assign(problem="another")) == train["uid"].tolist()
    assert shared(train, other) == []
    other["masses"] = [list(row)[::-1] for row in test["masses"]]
    assert shared(train, other) == train["uid"].tolist()


RAYLEIGH = "distribution: {family: rayleigh, parameters: {sigma: 1}, decimals: 1}"
CHI = "{weight: 1, family: chi, parameters: {df: 2}}"
OTHER = "{weight: 2, family: uniform, parameters: {a: 0, b: 1}}"


@pytest.mark.parametrize(
    ("test", "same"),
    [
        ("distribution: {family: chi, parameters: {df: 2}}", True),
        (f"mixture: [{CHI}, {CHI}]", True),
        (f"mixture: [{CHI}, {OTHER}]", False),
        ("distribution: {family: chi, parameters: {df: 2.01}}", False),
        ("options: [a, b]", False),
    ],
)
def test_one_law_in_two_spaces_leaks(
    test: str, same: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "config/spaces").mkdir(parents=True)
    for name, law in (("one", RAYLEIGH), ("two", test)):
        (tmp_path / f"config/spaces/{name}.yaml").write_text(f"kind: {name}\n{law}\n")
    train, tested = drawn("train", spaces=["one"]).reset_index(), drawn(spaces=["two"]).reset_index()
    assert shared(train, tested) == (train["uid"].tolist() if same else [])
    if "options" not in test:
        assert shared(tested, train) == (tested["uid"].tolist() if same else [])
