"""What a job used in the end, as SLURM's accounting says it: asked once, kept, and never needed."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from wideband.cluster import accounting
from wideband.cluster.accounting import FORMAT, PLACE, Used, accounted, read
from wideband.provenance.times import JobTime

# sacct --noheader --parsable2 --format=FORMAT of slurm-wlm 22.05.8; the last one from the middle of a run.
SAID = """\
18|COMPLETED|79|00:28.604|
18.batch|COMPLETED|79|00:01.211|183228K
18.0|COMPLETED|73|00:27.392|832208K
21|CANCELLED by 0|90061|1-01:02:03|
21.batch|CANCELLED|90062|1-01:02:03|1.5G
23|RUNNING|12|00:00:00|
23.batch|RUNNING|12|00:00:00|
"""
ENDED = datetime(2026, 1, 1, tzinfo=UTC)


def jobs(*ids: str | None) -> list[JobTime]:
    return [JobTime("grade", 0, 1, 0, 1, ENDED, None, "one", 2, slurm) for slurm in ids]


class Sacct:
    """Stands in for sacct, and counts who was asked for."""

    def __init__(self, said: str | None) -> None:
        self.said, self.asked = said, []

    def __call__(self, *command: str) -> str | None:
        assert command[0] == "sacct" and command[-1] == f"--format={FORMAT}"
        self.asked.append(command[3].removeprefix("--jobs="))
        return self.said


@pytest.fixture
def sacct(monkeypatch: pytest.MonkeyPatch) -> Sacct:
    stub = Sacct(SAID)
    monkeypatch.setattr(accounting, "ask", stub)
    return stub


def test_a_job_has_its_own_times_and_the_memory_of_its_largest_step() -> None:
    found = read(SAID)
    assert found["18"] == Used("COMPLETED", 79, 28.604, 832208 * 1024)
    assert found["21"] == Used("CANCELLED", 90061, 90123.0, 3 * 2**29)


def test_jobs_that_are_over_are_asked_for_once(tmp_path: Path, sacct: Sacct) -> None:
    ours = jobs("18", None, "23", "18", "21")
    assert accounted(tmp_path, ours).keys() == {"18", "21"}
    sacct.said = "23|COMPLETED|60|00:30.5|\n23.batch|COMPLETED|60|00:30.5|10M"
    assert accounted(tmp_path, ours)["23"] == Used("COMPLETED", 60, 30.5, 10 * 2**20)
    assert accounted(tmp_path, ours).keys() == {"18", "21", "23"}
    assert sacct.asked == ["18,21,23", "23"]


def test_what_is_kept_outlives_the_accounting(tmp_path: Path, sacct: Sacct) -> None:
    before = accounted(tmp_path, jobs("18"))
    sacct.said = None
    assert accounted(tmp_path, jobs("18", "30")) == before


def test_without_sacct_nothing_is_said_and_nothing_written(tmp_path: Path, sacct: Sacct) -> None:
    sacct.said = None
    assert accounted(tmp_path, jobs("18")) == {}
    assert not (tmp_path / PLACE).exists()


def test_without_slurm_jobs_nobody_is_asked(tmp_path: Path, sacct: Sacct) -> None:
    assert accounted(tmp_path, jobs(None)) == {}
    assert sacct.asked == []


@pytest.mark.parametrize(
    "said", ["error", "18.batch|COMPLETED|79|00:01.2|1K", "18|COMPLETED|||", "18||x|y|z"]
)
def test_an_answer_that_makes_no_sense_is_none(tmp_path: Path, sacct: Sacct, said: str) -> None:
    sacct.said = said
    assert accounted(tmp_path, jobs("18")) == {}


def test_a_damaged_file_is_asked_for_again(tmp_path: Path, sacct: Sacct) -> None:
    accounted(tmp_path, jobs("18"))
    (tmp_path / PLACE).write_text('{"18": {"state"')
    assert accounted(tmp_path, jobs("18")) == {"18": read(SAID)["18"]}
