"""The page of calibration, and what the first page says of stated distributions."""

from pathlib import Path

import numpy as np
import pytest
from answer_results import STUDY, answer_study, built_report
from report_pages import Page

from wideband.config import Study
from wideband.metrics.laws import among_valid
from wideband.numbers import read_records, recompute
from wideband.numbers.study import planned
from wideband.report import required_files
from wideband.report.book import Book
from wideband.report.changes import changes
from wideband.report.figures.calibration import MEASURES
from wideband.report.pages import CALIBRATION, pages_of
from wideband.tables import read_table

ROOT = Path(__file__).parents[2]
FAMILIES = ("geometric", "binomial")
LAWS = {"source": "distributions", "families": list(FAMILIES), "draws": 2}
SLICES = {"picks": LAWS | {"split": "test"}, "training": LAWS | {"split": "train"}}


def law_study() -> Study:
    """The study of answers, asked for numbers from distributions instead."""
    return Study.model_validate(STUDY | {"data": {"slices": SLICES}})


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built_report(law_study(), tmp_path_factory.mktemp("laws"))


def test_the_first_law_of_each_family_is_drawn_as_stated_and_as_the_policies_give_it(site: Path) -> None:
    plots = Page(site / "calibration.html").plots()
    problems = read_table(site.parent / "data/picks.parquet", "problems").set_index("uid")
    for family in FAMILIES:
        *policies, stated = plots[f"plot-stated-picks-{family}"]["data"]
        assert [trace["name"] for trace in policies] == ["wide, base", "wide, rl"]
        first = problems.loc[f"distributions/test/inside/{family}/1"]
        assert stated["x"] == [float(option) for option in first["options"]]
        assert stated["y"] == pytest.approx(list(first["masses"]), abs=1e-6)
        for trace in policies:
            assert sum(trace["y"]) == pytest.approx(1, abs=1e-4)


def test_quantiles_of_the_policies_stand_against_those_of_the_stated_law(site: Path) -> None:
    plots = Page(site / "calibration.html").plots()
    law = read_table(site.parent / "arms/wide/rl/loglikelihoods/picks.parquet", "loglikelihoods")
    for family in FAMILIES:
        base, end, diagonal = plots[f"plot-quantiles-picks-{family}"]["data"]
        assert diagonal["x"] == diagonal["y"] == base["x"] == end["x"]
        rows = law[law["uid"] == f"distributions/test/inside/{family}/1"]
        rows = rows.assign(value=rows["option"].astype(float)).sort_values("value")
        reached = (np.cumsum(among_valid(rows["logprob"])) >= 0.5).argmax()
        # The 50th of 99 percentiles is the median.
        assert end["y"][49] == rows["value"].iloc[reached]
        assert end["y"] == sorted(end["y"]) and len(end["y"]) == 99


def test_the_page_has_mean_and_median_over_families_before_and_after(site: Path) -> None:
    html = Page(site / "calibration.html").html
    for at in ("base", "rl"):
        for of in ("mean", "median"):
            assert f'data-number="kl_divergence.picks.wide.{at}.family_{of}"' in html


def test_distance_and_validity_are_shown_by_family_before_and_after(site: Path) -> None:
    shown = {
        identity
        for plot in Page(site / "calibration.html").plots().values()
        for trace in plot["data"]
        for identity in trace.get("customdata", ())
    }
    for metric in MEASURES:
        for at in ("base", "rl"):
            assert {f"{metric}.picks.wide.{at}.{family}" for family in FAMILIES} <= shown


def test_families_are_weighted_equally_by_mean_and_median(site: Path) -> None:
    root, study = site.parent, law_study()
    numbers = {record.id: record for record in read_records(root / "numbers.jsonl")}
    gain = "kl_mean_over_prefixes.gain.picks.wide.rl-base"
    for of in ("kl_mean_over_prefixes.picks.wide.rl", gain):
        means = [numbers[f"{of}.{family}"].value for family in FAMILIES]
        for way in ("mean", "median"):
            found = numbers[f"{of}.family_{way}"]
            assert (found.value, found.n) == (pytest.approx(sum(means) / 2), 2)
            assert (found.value, found.ci) == recompute(found, root)
    # A test of items has a share of all items instead.
    assert not any(number.startswith("fit_") and ".family_" in number for number in numbers)
    assert {each.id for each in planned(study)} == set(numbers)


def test_the_first_page_says_which_distances_fell(site: Path) -> None:
    book, page = Book.read(site.parent / "numbers.jsonl"), Page(site / "index.html")
    (said,) = changes(law_study(), book)
    assert [each.variation.gain for each in said.trained] == ["wasserstein_by_range.gain.picks.wide.rl-base"]
    assert sorted(space for spaces in said.held_out.values() for space in spaces) == sorted(FAMILIES)
    assert "By family: the Wasserstein distance to the stated law" in page.html
    numbers = {known["data-number"] for known, _ in page.numbers}
    assert {said.trained[0].variation.gain, said.trained[0].valid.gain} <= numbers


def test_the_tables_that_the_page_reads_are_inputs_of_the_report() -> None:
    wanted = {f"arms/wide/{at}/loglikelihoods/picks.parquet" for at in ("base", "rl")}
    assert wanted <= set(required_files(law_study()))


def test_a_study_without_stated_distributions_has_no_such_page() -> None:
    assert CALIBRATION in pages_of(law_study(), ())
    assert CALIBRATION not in pages_of(answer_study(), ())
