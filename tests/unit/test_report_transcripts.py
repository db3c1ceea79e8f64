"""The gallery: chosen by rule, shown as it was sampled."""

from pathlib import Path

import pytest
from report_pages import Page
from report_results import PROBLEMS, study, write_tables

from wideband.report import build_site, transcripts
from wideband.report.transcripts import LONGEST, Case, cases
from wideband.tables import read_table, write_table

STUDY = study()


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Results of the invented study in which one problem and one completion try to break the page."""
    folder = tmp_path_factory.mktemp("results")
    write_tables(STUDY, folder)
    (folder / "numbers.jsonl").touch()
    problems, rollouts = (
        folder / "data/gsm8k_test.parquet",
        folder / "arms/panel/base/rollouts/gsm8k_test.parquet",
    )
    _spoil(problems, "problems", "problem", "<script>alert('problem')</script> & $x < 3$")
    _spoil(rollouts, "rollouts", "completion", "</pre><img src=x onerror=alert(1)>")
    _spoil(
        folder / "arms/think/base/rollouts/gsm8k_test.parquet", "rollouts", "completion", "long " * LONGEST
    )
    return folder


def _spoil(path: Path, table: str, column: str, text: str) -> None:
    frame = read_table(path, table)
    frame[column] = text
    write_table(frame, path, table)


@pytest.fixture(scope="module")
def shown(root: Path) -> list[Case]:
    """The gallery's cases."""
    return cases(STUDY, root)


def test_each_case_shows_both_arms_before_and_after(shown: list[Case]) -> None:
    expected = [(arm, at) for arm in ("panel", "think") for at in ("base", "olympiad_rlvr")]
    assert all([(text.arm, text.checkpoint) for text in case.transcripts] == expected for case in shown)


def test_the_first_rollout_of_a_problem_is_shown(root: Path, shown: list[Case]) -> None:
    for case in shown:
        text = case.transcripts[-1]
        table = read_table(root / text.path, "rollouts").set_index(["uid", "sample"])
        assert text.completion == table.loc[(case.uid, 0), "completion"]


def test_the_outcome_is_that_of_the_verdicts_after_training(root: Path, shown: list[Case]) -> None:
    for case in shown:
        solved = []
        for arm in ("panel", "think"):
            path = root / f"arms/{arm}/olympiad_rlvr/verdicts/{case.benchmark}.parquet"
            if read_table(path, "verdicts").set_index(["uid", "sample"]).loc[(case.uid, 0), "correct"]:
                solved.append(arm)
        assert case.outcome == {0: "neither", 1: f"{''.join(solved[:1])} only", 2: "both"}[len(solved)]


def test_every_problem_is_shown_and_those_first_where_the_arms_differ(shown: list[Case]) -> None:
    for name in STUDY.benchmarks:
        own = [case for case in shown if case.benchmark == name]
        assert len({case.uid for case in own}) == len(own) == PROBLEMS
        differ = [case.outcome in ("panel only", "think only") for case in own]
        assert differ == sorted(differ, reverse=True) and 0 < sum(differ) < len(differ)
        for group in (own[: sum(differ)], own[sum(differ) :]):
            assert [case.uid for case in group] == sorted(case.uid for case in group)


def test_completions_beyond_what_a_browser_opens_are_left_out(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = 4 * LONGEST * len(STUDY.benchmarks)
    monkeypatch.setattr(transcripts, "MOST", room)
    some = cases(STUDY, root)
    assert 0 < len([case for case in some if case.benchmark == "gsm8k_test"]) < PROBLEMS
    assert sum(case.size for case in some) <= room
    least = min(case.size for case in some if case.benchmark == "gsm8k_test")
    monkeypatch.setattr(transcripts, "MOST", (least - 1) * len(STUDY.benchmarks))
    assert "gsm8k_test" not in {case.benchmark for case in cases(STUDY, root)}


def test_a_very_long_completion_is_cut_and_says_where_the_rest_is(root: Path, tmp_path: Path) -> None:
    build_site(STUDY, root, tmp_path)
    completions = "".join(Page(tmp_path / "gallery.html").texts["completion"])
    assert "[…] the rest is in arms/think/base/rollouts/gsm8k_test.parquet" in completions
    assert "long " * (LONGEST // 5 + 1) not in completions


def test_text_from_models_and_data_cannot_become_markup(root: Path, tmp_path: Path) -> None:
    build_site(STUDY, root, tmp_path)
    page = Page(tmp_path / "gallery.html")
    assert "<script>alert" not in page.html
    assert "<img" not in page.html
    assert "<script>alert('problem')</script> & $x < 3$" in page.texts["problem"]
