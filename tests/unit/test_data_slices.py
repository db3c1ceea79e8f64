"""Slices: deterministic draws by text, equal strata, levels, exclusion, and what training never gets."""

import subprocess
import sys
from pathlib import Path
from random import Random

import pandas as pd
import pytest
from data_folders import MATH, benchmark_files, jsonl, local
from hypothesis import given, settings
from hypothesis import strategies as st

from wideband.config import load_study
from wideband.config.data import Data, Slice
from wideband.data.draw import shuffled, stratified
from wideband.data.errors import DataError, RegistryError
from wideband.data.slices import build_slice

ROOT = Path(__file__).parents[2]


def problems(n: int, column: str = "level", values: tuple = (1, 2, 3)) -> pd.DataFrame:
    """`n` numbered problems whose `column` runs through `values`."""
    rows = [{"uid": f"u{i}", "problem": f"Problem {i}", column: values[i % len(values)]} for i in range(n)]
    return pd.DataFrame(rows)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return benchmark_files(tmp_path / "data")


@given(st.integers(1, 40), st.integers(0, 2**32), st.randoms())
def test_a_draw_depends_on_texts_and_seed_alone(n: int, seed: int, random: Random) -> None:
    frame = problems(n)
    drawn = shuffled(frame, seed, "slice")
    order = list(range(n))
    random.shuffle(order)
    renamed = frame.iloc[order].assign(uid=[f"other{i}" for i in order])
    again = shuffled(renamed, seed, "slice")
    assert again["problem"].tolist() == drawn["problem"].tolist()
    assert sorted(drawn["uid"]) == sorted(frame["uid"])


def test_seed_and_slice_name_change_the_order() -> None:
    orders = {tuple(shuffled(problems(30), seed, name)["uid"]) for seed in (1, 2) for name in ("a", "b")}
    assert len(orders) == 4


@settings(max_examples=25)
@given(st.integers(1, 30), st.integers(1, 5))
def test_strata_are_equal_and_every_prefix_is_balanced(n: int, k: int) -> None:
    frame = problems(40 * k, "subject", tuple("abcde"[:k]))
    drawn = stratified(frame, "subject", n, "slice")
    assert len(drawn) == n
    for end in range(1, n + 1):
        counts = drawn["subject"].head(end).value_counts()
        assert counts.max() - counts.reindex(list("abcde"[:k]), fill_value=0).min() <= 1


def test_strata_leave_out_rows_without_a_value_and_keep_all_when_n_is_null() -> None:
    frame = problems(10).assign(level=pd.array([1, 2, None, 2, 2, 1, None, 2, 2, 2], dtype="Int64"))
    assert stratified(frame, "level", None, "slice")["level"].tolist() == [1, 2, 1, 2, 2, 2, 2, 2]


def test_a_stratum_that_is_too_small_is_named() -> None:
    frame = problems(5, "subject", ("Algebra", "Algebra", "Algebra", "Algebra", "Geometry"))
    with pytest.raises(
        DataError, match=r"slice 'one': too few problems by subject: 'Geometry' has 1 of 2; lower n"
    ):
        stratified(frame, "subject", 4, "one")
    with pytest.raises(DataError, match=r"slice 'one': no problem has a year; remove stratify: year"):
        stratified(frame.assign(year=pd.NA), "year", 2, "one")


def test_a_slice_is_the_same_each_time_and_a_shorter_one_its_beginning(root: Path) -> None:
    part = {"source": "math", "split": "test"}
    long = build_slice("s", local(root, {"s": Slice(**part, n=10)}))
    assert long.equals(build_slice("s", local(root, {"s": Slice(**part, n=10)})))
    assert build_slice("s", local(root, {"s": Slice(**part, n=4)})).equals(long.head(4))


def test_levels_filter(root: Path) -> None:
    drawn = build_slice("s", local(root, {"s": Slice(source="math", split="test", levels=[5])}))
    assert set(drawn["level"]) == {5}
    assert len(drawn) == len(MATH) / 2


def test_an_excluded_slice_is_left_out_by_text_whatever_its_uids(root: Path) -> None:
    train = [{**row, "idx": 900 + i} for i, row in enumerate(MATH)]
    jsonl(root / "math/train.jsonl", [*train, {**MATH[0], "problem": "Only here.", "idx": 1}])
    jsonl(
        root / "math/test.jsonl",
        [{**row, "problem": f"  {row['problem']} ", "idx": i} for i, row in enumerate(MATH)],
    )
    slices = {
        "train": Slice(source="math", split="train", exclude=["test"]),
        "test": Slice(source="math", split="test"),
    }
    assert build_slice("train", local(root, slices))["problem"].tolist() == ["Only here."]


def test_an_excluded_slice_takes_out_its_own_draw_and_a_source_everything(root: Path) -> None:
    aime = Slice(source="aime", split="test", n=1)
    pool = {"source": "olympiad", "split": "pool"}
    by_slice = local(root, {"pool": Slice(**pool, exclude=["aime"]), "aime": aime})
    by_source = local(root, {"pool": Slice(**pool, exclude=["aime"])})
    taken = set(build_slice("aime", by_slice)["uid"])
    assert (
        set(build_slice("pool", by_slice).query("source == 'aime'")["uid"])
        == {
            "aime_2024__0",
            "aime_2025__0",
        }
        - taken
    )
    assert "aime" not in set(build_slice("pool", by_source)["source"])


def test_another_wording_of_a_contest_problem_is_excluded_by_its_uid(root: Path) -> None:
    slices = {"pool": Slice(source="olympiad", split="pool", exclude=["aime"])}
    assert "The third AIME?" not in build_slice("pool", local(root, slices))["problem"].tolist()


def test_math500_is_never_in_math_training_even_when_nobody_excludes_it(root: Path) -> None:
    stowaway = {**MATH[0], "problem": "Find $ m_{1} $.", "idx": 99}
    jsonl(root / "math/train.jsonl", [{**row, "idx": i} for i, row in enumerate(MATH)] + [stowaway])
    drawn = build_slice("train", local(root, {"train": Slice(source="math", split="train")}))
    assert "math_train_99" not in set(drawn["uid"])
    assert len(drawn) == len(MATH)


def test_slices_that_exclude_each_other_are_named(root: Path) -> None:
    slices = {
        "a": Slice(source="gsm8k", split="train", exclude=["b"]),
        "b": Slice(source="gsm8k", split="test", exclude=["a"]),
    }
    with pytest.raises(DataError, match="in a circle: a -> b -> a; break it"):
        build_slice("a", local(root, slices))


@pytest.mark.parametrize(
    ("part", "message"),
    [
        (
            Slice(source="gsm8k", split="train", n=4),
            r"slice 's': n is 4, but only 3 problems are left; lower n",
        ),
        (Slice(source="gsm8k", split="train", levels=[1]), r"slice 's': no problem of gsm8k/train is left"),
        (
            Slice(source="gsm8k", split="train", exclude=["gsm8k"]),
            r"slice 's': no problem of gsm8k/train is left",
        ),
    ],
)
def test_a_slice_that_cannot_be_filled_says_why(root: Path, part: Slice, message: str) -> None:
    with pytest.raises(DataError, match=message):
        build_slice("s", local(root, {"s": part}))


def test_unregistered_content_is_refused_unless_the_study_says_otherwise(root: Path) -> None:
    slices = {"s": Slice(source="gsm8k", split="train")}
    assert len(build_slice("s", local(root, slices))) == 3
    with pytest.raises(
        RegistryError, match=r"source gsm8k/train: content differs .* 3 rows, .*registered 7473"
    ):
        build_slice("s", local(root, slices).model_copy(update={"verify": True}))


def test_generated_slices_are_balanced_and_keep_out_what_they_exclude() -> None:
    data = Data(
        slices={
            "math": Slice(source="math", split="train", n=20, stratify="level", exclude=["hard"]),
            "hard": Slice(source="math", split="train", n=6, levels=[5]),
            "pool": Slice(source="olympiad", split="pool", n=12, stratify="source"),
        }
    )
    drawn, hard = build_slice("math", data), build_slice("hard", data)
    assert drawn["level"].value_counts().to_dict() == dict.fromkeys(range(1, 6), 4)
    assert set(hard["level"]) == {5}
    assert not set(drawn["problem"]) & set(hard["problem"])
    assert set(build_slice("pool", data)["source"].value_counts()) == {3}


def test_a_generated_slice_needs_n() -> None:
    with pytest.raises(DataError, match="gsm8k/train is endless; set n"):
        build_slice("s", Data(slices={"s": Slice(source="gsm8k", split="train")}))


def test_importing_slices_loads_no_model_or_dataset_library() -> None:
    code = (
        "import sys, wideband.data.slices, wideband.data.splits, wideband.data.leakage; print(*sys.modules)"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    assert "wideband.data.slices" in loaded
    assert not {"torch", "datasets", "transformers", "sympy", "scipy"} & set(loaded)


def generated(**part: object) -> pd.DataFrame:
    said = Slice(source="gsm8k", split="train", n=6, **part)
    return build_slice("worked", Data(slices={"worked": said}))


def test_generated_problems_come_with_worked_answers_of_one_teacher_or_of_many() -> None:
    narrow, broad = generated(solutions=1), generated(solutions=4, teachers=8)
    assert list(narrow["uid"]) == list(broad["uid"]) == list(generated()["uid"])
    assert [len(texts) for texts in narrow["solutions"]] == [1] * 6
    assert all(2 < len(set(texts)) == len(texts) <= 4 for texts in broad["solutions"])
    for gold, texts in zip(broad["gold"], broad["solutions"], strict=True):
        assert all(gold in text for text in texts)
    # One teacher always begins in the same way.
    assert {texts[0].split()[0] for texts in narrow["solutions"]} == {"first"}
    assert generated()["solutions"].isna().all()


def test_a_slice_may_have_the_problems_of_another_with_worked_answers_of_its_own() -> None:
    """A slice's name decides which problems are drawn: arms that differ in answers alone share one."""
    part = {"source": "gsm8k", "split": "train", "n": 20}
    many = {"solutions": 4, "teachers": 8}
    slices = {"one": Slice(**part, solutions=1), "other": Slice(**part, **many)}
    data = Data(slices=slices | {"shared": Slice(**part, **many, drawn_as="one")})
    drawn = {name: build_slice(name, data) for name in data.slices}
    assert list(drawn["shared"]["problem"]) == list(drawn["one"]["problem"])
    assert set(drawn["other"]["problem"]) != set(drawn["one"]["problem"])
    assert drawn["shared"]["solutions"].map(len).min() > 1


def test_narrow_and_broad_of_collapse_have_the_same_problems() -> None:
    study = load_study("collapse", ROOT)
    one, many = (
        build_slice(study.stages[stage].slice, study.data)["uid"] for stage in ("narrow_sft", "broad_sft")
    )
    assert list(one) == list(many)


def test_files_of_worked_answers_are_read_where_a_slice_wants_them(root: Path) -> None:
    data = local(root, {"worked": Slice(source="gsm8k", split="train", n=2, solutions=1)})
    for texts in build_slice("worked", data)["solutions"]:
        (text,) = texts
        assert text and "####" not in text
