"""The report of a real run: its text is bound and equal, every number's chain is whole down to sources."""

from pathlib import Path
from typing import Any

import pytest
from chromium import browser
from workflow import Copy

from wideband.audit.text import check_text
from wideband.config import load_study
from wideband.numbers import read_records
from wideband.provenance.times import job_times, spent
from wideband.report.cards import FILE, read_cards


@pytest.fixture(scope="module")
def results(nano: Copy) -> Path:
    return nano.results("nano")


@pytest.fixture(scope="module")
def cards(results: Path) -> dict[str, Any]:
    """The cards of the site."""
    return read_cards((results / "report" / FILE).read_text())


def test_every_number_of_the_site_and_its_fragments_is_what_its_record_says(
    nano: Copy, results: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(nano.root)
    assert len(list((results / "report/fragments").iterdir())) == 2
    assert check_text(results, load_study("nano"), read_records(results / "numbers.jsonl")) == []


def test_every_chain_is_recorded_down_to_its_sources(cards: dict[str, Any]) -> None:
    assert {output["state"] for output in cards["outputs"]} == {"recorded"}
    for output in cards["outputs"]:
        ends = not output["parents"]
        assert ends == ("source" in output), output["path"]
    assert all(card["tables"] for card in cards["numbers"].values())


def test_cards_say_what_sampling_and_training_cost(cards: dict[str, Any]) -> None:
    spent = [job for job in cards["jobs"] if job["rule"] in ("sample", "train")]
    assert len(spent) > 30
    assert all(job["tokens"]["completion_tokens"] > 0 and job["cpu_seconds"] > 0 for job in spent)


def test_the_site_is_told_the_head_of_the_ledger(results: Path) -> None:
    last = (results / "ledger.jsonl").read_text().splitlines()[-1]
    told = (results / "audit/ledger.html").read_text()
    assert told.split('"head": "')[1].split('"')[0] in last


def test_the_site_is_told_where_the_time_of_every_rule_went(results: Path) -> None:
    told = spent(job_times(results))
    rules = {rule.rule: rule for rule in told.rules}
    assert {"base", "train_olympiad_rlvr", "sample", "grade", "number_records", "report"} <= rules.keys()
    assert all(rule.compute > 0 and rule.imports > 0 for rule in told.rules)
    assert len(told.path) > 5 and sum(job.lasted for job in told.path) <= told.wall + 1
    # At most two jobs ran at once.
    assert told.runs == 1 and sum(rule.ran for rule in told.rules) < 2 * told.wall
    assert "report · 1 job" in (results / "audit/times.html").read_text()


def test_the_plot_of_times_is_drawn(results: Path) -> None:
    with browser() as chromium:
        chromium.open(results / "report" / "times.html")
        chromium.wait("document.documentElement.dataset.plots === 'drawn'")
        rules = chromium.evaluate(
            "document.querySelectorAll('#plot-times .xy .yaxislayer-above text').length"
        )
        assert rules == len(spent(job_times(results)).rules)
        assert chromium.messages == []
