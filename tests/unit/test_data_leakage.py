"""Training and evaluation problems are kept apart by text and by uid."""

from types import SimpleNamespace

import pandas as pd
import pytest

from wideband.audit import roots
from wideband.config.data import Data, Slice
from wideband.config.evaluation import Benchmark
from wideband.config.parameters import parameters
from wideband.config.study import Study
from wideband.config.training import SoftTarget
from wideband.data import leakage
from wideband.data.errors import LeakageError
from wideband.data.slices import build_slice
from wideband.report.names import benchmark_title


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


def trained_and_seen(seen: str | None) -> Study:
    """A study that trains on laws, with a benchmark of some of the very settings."""
    laws = {"source": "distributions", "split": "train", "families": ["poisson", "beta"], "draws": 5}
    return Study(
        name="s",
        title="",
        data=Data(slices={"train": Slice(**laws), "few_seen": Slice(**laws, n=4, stratify="subject")}),
        arms={},
        stages={"soft": SoftTarget(method="soft_target", slice="train", steps=1)},
        benchmarks={"few_seen": Benchmark(seen=seen, title="a few laws")},
    )


@pytest.mark.parametrize("seen", ["train", None])
def test_trained_settings_are_measured_only_where_the_benchmark_says_that_they_were_seen(
    seen: str | None,
) -> None:
    study = trained_and_seen(seen)
    slices = {name: build_slice(name, study.data) for name in study.data.slices}
    results = SimpleNamespace(study=study, frame=lambda path: slices[path.split("/")[1].split(".")[0]])
    told = parameters("leakage", study, {}).get("seen", {})
    findings = list(roots._leakage(results))
    title = benchmark_title(study, "few_seen")
    if seen:
        leakage.check(slices, ["train"], ["few_seen"], told)
        assert not findings and title == "a few laws (seen in training)"
    else:
        with pytest.raises(
            LeakageError, match=r"train and few_seen share 4: .* or say `seen` in a benchmark"
        ):
            leakage.check(slices, ["train"], ["few_seen"], told)
        assert [finding.code for finding in findings] == ["LEAKAGE"] and title == "a few laws"


def test_a_seen_benchmark_has_trained_items_alone_and_none_of_other_slices() -> None:
    slices = {"train": slice_of(a="x", b="y"), "other": slice_of(c="z"), "few_seen": slice_of(a="x", c="z")}
    seen = {"few_seen": "train"}
    with pytest.raises(
        LeakageError, match="few_seen is said to be seen in train, which lacks 1 of its items: c"
    ):
        leakage.check(slices, ["train"], ["few_seen"], seen)
    with pytest.raises(LeakageError, match=r"other and few_seen share 1: c\)"):
        leakage.check(slices, ["train", "other"], ["few_seen"], seen)
