"""The page of times: drawn from what stands beside the site, quiet where nothing does."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from chromium import Browser
from report_check import flaws

from wideband.provenance.times import JobTime, RuleTime, Spent
from wideband.report.page_data import TIMES, write_times

RULES = (RuleTime("train_warmup", 2, 8, 60, 110), RuleTime("report", 1, 1, 2, 4))
PAGE = "times.html"
DRAWN = "document.documentElement.dataset.plots === 'drawn'"
BARS = (
    "Array.from(document.querySelectorAll('#plot-times .barlayer .point path'))"
    ".map(bar => bar.getBBox().width)"
)
TEXTS = "Array.from(document.querySelectorAll('#plot-times {}')).map(text => text.textContent)"


@pytest.fixture(autouse=True)
def untold(site: Path) -> Iterator[None]:
    """Nothing tells times before a test, nor after it."""
    yield
    (site.parent / TIMES).unlink(missing_ok=True)


def _open(chromium: Browser, site: Path) -> None:
    chromium.open(site / PAGE)
    chromium.wait(DRAWN)


def test_rules_are_drawn_as_bars_of_imports_and_compute(site: Path, chromium: Browser) -> None:
    write_times(site.parent, Spent(RULES, 1, 100.0, {"one": 2}))
    _open(chromium, site)
    widths = [width for width in chromium.evaluate(BARS) if width > 0.5]
    assert len(widths) == 4
    assert max(widths) / min(widths) > 30
    labels = chromium.evaluate(TEXTS.format(".yaxislayer-above text"))
    assert sorted(map(str.strip, labels)) == ["report · 1 job", "train warmup · 2 jobs"]
    words = ["96.5%", "3.5%"]
    assert chromium.evaluate(TEXTS.format(".barlayer text")) == words
    assert chromium.evaluate(TEXTS.format(".legendtext")) == ["imports", "compute"]
    said = chromium.evaluate("document.getElementById('times').textContent")
    assert "1 min 40 s, from the start of snakemake" in said and "audit/times.html" not in said
    assert chromium.messages == []


def test_the_critical_path_is_drawn_above_the_rules(site: Path, chromium: Browser) -> None:
    began = datetime(2026, 1, 1, 12, tzinfo=UTC)
    path = tuple(
        JobTime(name, 1, 4, waited, 5, began + timedelta(seconds=ended), began, "one", 2, name=name)
        for name, waited, ended in (("base", 2, 7), ("sample", 1, 13))
    )
    write_times(site.parent, Spent(RULES, 1, 100.0, {"one": 2}, path))
    _open(chromium, site)
    drawn = chromium.evaluate("Array.from(document.querySelectorAll('#times .plot')).map(plot => plot.id)")
    assert drawn == ["plot-path", "plot-times"]
    labels = chromium.evaluate(TEXTS.replace("plot-times", "plot-path").format(".yaxislayer-above text"))
    assert sorted(map(str.strip, labels)) == ["1 base", "2 sample"]
    said = chromium.evaluate("document.getElementById('times').textContent")
    assert "2 jobs, 10 s running and 3 s waiting" in said
    assert chromium.messages == []


def test_slurm_jobs_stand_in_a_table_below(site: Path, chromium: Browser) -> None:
    rows = [["rules", "job", "MaxRSS"], ["grade, sample", "18", "813 MiB"]]
    write_times(site.parent, Spent(RULES, 1, 100.0, {"one": 2}), rows)
    _open(chromium, site)
    cells = "Array.from(document.querySelectorAll('#times table {}')).map(cell => cell.textContent)"
    assert [chromium.evaluate(cells.format(tag)) for tag in ("th", "td")] == rows
    assert chromium.messages == []


@pytest.mark.parametrize("width", [1280, 390])
def test_the_page_with_times_is_drawn_and_quiet(site: Path, chromium: Browser, width: int) -> None:
    write_times(site.parent, Spent(RULES, 1, 100.0, {"one": 2}))
    assert flaws(chromium, site / PAGE, width) == []


@pytest.mark.parametrize("told", [True, False])
def test_without_times_the_page_says_so_and_the_console_is_quiet(
    site: Path, chromium: Browser, told: bool
) -> None:
    if told:
        write_times(site.parent, Spent((), 0, 0.0, {}))
    _open(chromium, site)
    assert "audit/times.html" in chromium.evaluate("document.getElementById('times').innerText")
    assert chromium.messages == []
