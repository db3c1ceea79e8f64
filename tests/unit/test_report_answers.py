"""The page of answers: there where a benchmark has answer spaces, and bound to the records."""

from pathlib import Path

import pytest
from answer_results import answer_study, write_answers
from report_pages import Page
from report_results import study

from wideband.config.runs import by_run
from wideband.metrics import by_item
from wideband.numbers import study_numbers, write_records
from wideband.report import build_site, required_files
from wideband.report.site import ANSWERS, pages_of

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made, folder = answer_study(), tmp_path_factory.mktemp("answers")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        write_answers(made, folder)
    write_records(study_numbers(made, folder), folder / "numbers.jsonl")
    build_site(made, folder, folder / "report")
    return folder / "report"


def test_every_metric_is_drawn_for_all_items_and_the_main_ones_by_space(site: Path) -> None:
    plots = Page(site / "answers.html").plots()
    shown = {
        identity
        for plot in plots.values()
        for trace in plot["data"]
        for identity in trace.get("customdata", ())
    }
    for metric in set(by_item.names()) - {"loglikelihood_accuracy"}:
        assert {f"{metric}.picks.wide.base", f"{metric}.picks.wide.rl"} <= shown
    assert {"total_variation.picks.wide.base.planet", "valid_mass.picks.base_only.base.card_suit"} <= shown


def test_the_law_of_every_space_is_drawn_before_and_after_with_its_favourite(site: Path) -> None:
    plots = Page(site / "answers.html").plots()
    bars = plots["plot-law-picks-planet"]["data"]
    assert [trace["name"] for trace in bars] == ["wide, base", "wide, rl", "target"]
    for trace in bars:
        assert len(trace["x"]) == 8 and sum(trace["y"]) == pytest.approx(1, abs=1e-5)
    for trace in bars[:2]:
        assert trace["text"][trace["y"].index(max(trace["y"]))] and len("".join(trace["text"])) < 9
    (strip,) = plots["plot-law-picks-integer_1_100"]["data"]
    assert strip["type"] == "heatmap" and [len(row) for row in strip["z"]] == [100, 100]


def test_the_laws_of_all_runs_are_read_where_an_arm_was_trained_several_times() -> None:
    runs = by_run(answer_study().model_copy(update={"seeds": [1, 2]}))
    laws = {path for path in required_files(runs) if "/loglikelihoods/" in path}
    assert laws == {
        f"arms/wide_s{seed}/{at}/loglikelihoods/picks.parquet" for seed in (1, 2) for at in ("base", "rl")
    }


def test_the_first_page_has_the_difference_of_the_compared_arms(site: Path) -> None:
    numbers = {attributes["data-number"] for attributes, _ in Page(site / "index.html").numbers}
    assert "total_variation.diff.picks.wide-base_only.rl-base" in numbers
    assert not [number for number in numbers if number.startswith("pass@")]


def test_a_study_without_answer_spaces_has_no_such_page() -> None:
    assert ANSWERS not in pages_of(study(), ())
    assert ANSWERS in pages_of(answer_study(), ())
