"""The real benchmark files: counts, golds, digests, shared problems. Skipped where the files are absent."""

import json
import os
from functools import cache
from pathlib import Path

import pandas as pd
import pytest

from wideband.config import load_study
from wideband.config.data import Data, Slice
from wideband.data import leakage, registry, sources
from wideband.data.answers import last_boxed
from wideband.data.slices import build_slice
from wideband.data.text import normalise

PROJECT = Path(__file__).parents[2]
ROOT = Path(os.environ.get("WIDEBAND_DATA", PROJECT / "../shared/data")).resolve()
pytestmark = pytest.mark.skipif(
    not ROOT.is_dir(), reason=f"no benchmark files at {ROOT}; set WIDEBAND_DATA to their folder"
)

FILED = [name for name in sources.SOURCES if sources.from_files(name, "local")]
SPLITS = [(name, split) for name in FILED for split in sources.source_splits(name, "local")]


def data(**slices: Slice) -> Data:
    return Data(origin="local", root=str(ROOT), slices=slices)


@cache
def loaded(source: str, split: str) -> pd.DataFrame:
    return sources.load(source, split, data())


@pytest.mark.parametrize(("source", "split"), SPLITS)
def test_content_is_the_registered_one(source: str, split: str) -> None:
    registry.verify(source, split, loaded(source, split))


def test_counts() -> None:
    counts = {f"{source}/{split}": len(loaded(source, split)) for source, split in SPLITS}
    assert counts == {
        "gsm8k/train": 7473,
        "gsm8k/test": 1319,
        "math/train": 7500,
        "math/test": 5000,
        "math500/test": 500,
        "aime/test": 60,
        "hmmt/test": 60,
        "amc/test": 83,
        "olympiadbench/test": 675,
        "olympiad/pool": 877,
        "mmlu/test": 14033,
        "noveltybench/test": 100,
        "truthfulqa/test": 817,
        "ifeval/test": 510,
        "humaneval/test": 164,
        "mbpp/test": 500,
        "mbpp/train": 374,
        "cruxeval/test": 800,
        "scitldr/test": 618,
        "self_instruct/train": 175,
        "self_instruct/test": 252,
    }
    assert loaded("olympiad", "pool")["source"].value_counts().to_dict() == {
        "olympiadbench": 674,
        "amc": 83,
        "hmmt": 60,
        "aime": 60,
    }


def test_narrow_and_broad_of_real_text_differ_in_their_summaries_alone() -> None:
    study = load_study("collapse-smollm2", PROJECT)
    section = study.data.model_copy(update={"root": str(ROOT)})
    one, many = (build_slice(study.stages[stage].slice, section) for stage in ("narrow_sft", "broad_sft"))
    assert one["problem"].tolist() == many["problem"].tolist()
    assert set(one["solutions"].map(len)) == {1} and set(many["solutions"].map(len)) == {2, 3, 4}
    assert leakage.shared(many, build_slice("abstracts", section)) == []


def test_answer_diversity_on_mmlu_asks_two_questions_of_each_subject() -> None:
    section = load_study("answer-diversity-mmlu", PROJECT).data.model_copy(update={"root": str(ROOT)})
    asked = build_slice("mmlu", section)
    assert set(asked["subject"].value_counts()) == {2} and asked["subject"].nunique() == 57
    assert set(asked["task"]) == {"multiple_choice"} and set(asked["gold"]) == set("ABCD")
    assert len(build_slice("gsm8k_test", section)) == 8


def test_the_boxed_answers_of_math_are_those_that_math500_states() -> None:
    boxed = {normalise(row.problem): row.gold for row in loaded("math", "test").itertuples()}
    assert all(boxed[normalise(row.problem)] == row.gold for row in loaded("math500", "test").itertuples())


def test_levels_and_subjects_of_math() -> None:
    train = loaded("math", "train")
    assert train["level"].isna().sum() == 2
    assert train["level"].value_counts().to_dict() == {5: 2304, 4: 1690, 3: 1592, 2: 1348, 1: 564}
    assert train["subject"].nunique() == 7


def test_two_boxes_of_math_are_empty_and_filled_in() -> None:
    lines = (ROOT / "math/train.jsonl").read_text(encoding="utf-8").split("\n")
    empty = [i for i, line in enumerate(lines) if line and not last_boxed(json.loads(line)["solution"])]
    assert empty == [5341, 5343]
    assert loaded("math", "train")["gold"].iloc[empty].tolist() == ["0", "0"]


def test_math500_is_no_part_of_math_training() -> None:
    assert leakage.shared(loaded("math", "train"), loaded("math500", "test")) == []
    assert len(leakage.shared(loaded("math", "test"), loaded("math500", "test"))) == 500


def test_what_training_and_evaluation_files_share_is_known() -> None:
    train = loaded("math", "train")
    assert leakage.shared(train, loaded("math", "test")) == [
        f"math_train_{i}" for i in (750, 1414, 1598, 2948)
    ]
    assert leakage.shared(train, loaded("olympiad", "pool")) == [
        f"math_train_{i}" for i in (3443, 4487, 4533)
    ]
    assert leakage.shared(loaded("gsm8k", "train"), loaded("gsm8k", "test")) == []
    assert leakage.shared(loaded("gsm8k", "train"), loaded("olympiad", "pool")) == []


def test_repeated_texts_are_few_and_none_is_dropped() -> None:
    texts = {f"{source}/{split}": loaded(source, split)["problem"].map(normalise) for source, split in SPLITS}
    repeated = {name: int(problems.value_counts().gt(1).sum()) for name, problems in texts.items()}
    assert {name: count for name, count in repeated.items() if count} == {
        "math/train": 4,
        "math/test": 1,
        "mmlu/test": 110,
    }


def test_the_pool_and_its_contests_agree_uid_by_uid() -> None:
    pool = loaded("olympiad", "pool").set_index("uid")
    other_texts = {}
    for source in ("aime", "hmmt", "amc", "olympiadbench"):
        contest = loaded(source, "test").set_index("uid")
        both = pool.index.intersection(contest.index)
        assert len(both) == (pool["source"] == source).sum()
        same = pool.loc[both, "problem"].map(normalise) == contest.loc[both, "problem"].map(normalise)
        other_texts[source] = int((~same).sum())
        # One gold of OlympiadBench says degrees in the file and not on the hub.
        assert (pool.loc[both, "gold"] != contest.loc[both, "gold"]).sum() == (source == "olympiadbench")
    assert other_texts == {"aime": 18, "hmmt": 0, "amc": 0, "olympiadbench": 15}


def test_olympiadbench_has_one_problem_that_the_pool_has_not() -> None:
    alone = set(loaded("olympiadbench", "test")["uid"]) - set(loaded("olympiad", "pool")["uid"])
    assert alone == {"olympiadbench_1965"}


@pytest.mark.parametrize("full", [False, True])
def test_slices_of_a_real_study_are_built_and_leak_nothing(full: bool) -> None:
    section = data(
        gsm8k_train=Slice(source="gsm8k", split="train", n=None if full else 8),
        math_train=Slice(
            source="math",
            split="train",
            n=None if full else 14,
            stratify=None if full else "subject",
            exclude=["math500", "olympiad"],
        ),
        olympiad_pool=Slice(source="olympiad", split="pool", n=None if full else 24, stratify="source"),
        gsm8k_test=Slice(source="gsm8k", split="test", n=None if full else 4),
        math500=Slice(source="math500", split="test", n=None if full else 5, stratify="level"),
    )
    built = {name: build_slice(name, section) for name in section.slices}
    sizes = [len(built[name]) for name in section.slices]
    assert sizes == ([7473, 7497, 877, 1319, 500] if full else [8, 14, 24, 4, 5])
    trained = ["gsm8k_train", "math_train"]
    leakage.check(built, trained, ["gsm8k_test", "math500", "olympiad_pool"])


def test_evaluating_math_test_beside_math_train_is_refused_by_uid() -> None:
    built = {"math_train": loaded("math", "train"), "math_test": loaded("math", "test")}
    with pytest.raises(leakage.LeakageError, match="math_train and math_test share 4: math_train_750, "):
        leakage.check(built, ["math_train"], ["math_test"])
