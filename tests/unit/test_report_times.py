"""The plot of times: its bars are the sums, its words are durations."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import plotly.graph_objects
import pytest

from wideband.cluster.accounting import Used
from wideband.provenance.times import JobTime, RuleTime, Spent
from wideband.report.figures.times import facts, figure, lasting, path_figure
from wideband.report.page_data import TIMES, read, write_times
from wideband.report.slurm_jobs import slurm_jobs

RULES = (RuleTime("train_warmup", 2, 8, 60, 110), RuleTime("grade", 1, 1, 2, 4))
SPENT = Spent(RULES, 1, 100.0, {"one": 2})
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
# Rules of the study's jobs, and the SLURM jobs that they ran in.
RAN = [("sample", "18"), ("grade", "18"), ("grade", "18"), ("train_warmup", "7"), ("report", None)]
NOTHING = Spent((), 0, 0.0, {})


def test_a_bar_is_a_part_of_a_rules_time() -> None:
    drawn = figure(SPENT)
    bars = {trace["name"]: trace for trace in drawn.traces if "name" in trace}
    assert {part: bar["x"] for part, bar in bars.items()} == {
        "imports": [8, 1],
        "compute": [60, 2],
    }
    assert bars["compute"]["y"] == ["train warmup · 2 jobs", "grade · 1 job"]
    assert "1 min 00 s over 2 jobs, mean 30 s" in bars["compute"]["hovertext"][0]
    plotly.graph_objects.Figure(drawn.json())


def test_long_times_are_drawn_in_minutes_and_hours() -> None:
    for factor, unit, first in ((10, "minutes", 10), (1000, "hours", 16.6667)):
        rules = (RuleTime("train", 2, 0, 60 * factor, 110),)
        drawn = figure(Spent(rules, 1, 100.0, {"one": 2}))
        assert drawn.layout["xaxis"]["title"]["text"].startswith(unit)
        assert drawn.traces[1]["x"] == [first]


def test_bars_are_followed_by_shares_of_processor_time() -> None:
    *_, shares = figure(SPENT).traces
    assert (shares["base"], shares["text"]) == ([68, 3], ["96.5%", "3.5%"])


def test_the_critical_path_is_drawn_job_by_job_as_they_followed_each_other() -> None:
    path = tuple(
        JobTime(name, 1, 4, waited, 5, NOON + timedelta(seconds=ended), NOON, "one", 2, name=name)
        for name, waited, ended in (("base", 2, 7), ("sample", 1, 13))
    )
    spent = Spent(RULES, 1, 100.0, {"one": 2}, path)
    drawn = path_figure(spent)
    spans = {trace["name"]: (trace["base"], trace["x"]) for trace in drawn.traces if "name" in trace}
    # The first was ready at noon; the second at 7 s, waited 1 s, took 1 s to import and 4 s to compute.
    assert spans == {
        "waiting": ([0, 7], [2, 1]),
        "imports": ([2, 8], [1, 1]),
        "compute": ([3, 9], [4, 4]),
    }
    assert drawn.traces[0]["y"] == ["1 base", "2 sample"]
    assert dict(facts(spent))["Critical path"] == "2 jobs, 10 s running and 3 s waiting"
    assert path_figure(SPENT) is None
    plotly.graph_objects.Figure(drawn.json())


def test_facts_tell_wall_and_processor_time() -> None:
    assert facts(SPENT) == [
        ("Jobs", "3"),
        ("Wall time", "1 min 40 s, from the start of snakemake to the end of its last job"),
        ("Processor time", "1 min 54 s, 57% of what the 2 processors had in that time"),
    ]
    reran = dict(facts(Spent(RULES, 3, 100.0, {"one": 2, "two": 2})))
    assert reran["Wall time"].startswith("1 min 40 s, of 3 runs, each from")
    assert reran["Processor time"] == "1 min 54 s"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 s"),
        (0.123, "0.12 s"),
        (9.96, "10 s"),
        (59.4, "59 s"),
        (59.6, "1 min 00 s"),
        (446, "7 min 26 s"),
        (7500, "2 h 05 min"),
    ],
)
def test_durations_are_words(seconds: float, words: str) -> None:
    assert lasting(seconds) == words


def test_results_without_jobs_have_no_plot(tmp_path: Path) -> None:
    assert figure(NOTHING) is None
    write_times(tmp_path, NOTHING)
    told = read(tmp_path / TIMES)
    assert told["figure"] is None and dict(told["facts"])["Jobs"] == "0"


def test_slurm_jobs_are_rows_with_their_rules_the_longest_first() -> None:
    jobs = [JobTime(rule, 0, 1, 0, 1, NOON, None, "one", 2, slurm) for rule, slurm in RAN]
    used = {"7": Used("COMPLETED", 20, 16.8, 0), "18": Used("OUT_OF_MEMORY", 79, 28.6, 832208 * 1024)}
    assert slurm_jobs(jobs, used)[1:] == [
        ["grade, sample", "18", "out of memory", "1 min 19 s", "29 s", "813 MiB"],
        ["train warmup", "7", "completed", "20 s", "17 s", ""],
    ]
    assert slurm_jobs(jobs, {}) == []
