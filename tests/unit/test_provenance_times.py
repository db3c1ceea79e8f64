"""Where the time went: imports, compute and waiting out of manifests, the ledger and the notes of runs."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from wideband.provenance.digests import canonical_json, file_digest
from wideband.provenance.driver import RUNS, note_run, runs_began
from wideband.provenance.environment import process_started
from wideband.provenance.ledger import seal
from wideband.provenance.manifest import manifest_path
from wideband.provenance.times import JobTime, RuleTime, job_times, spent

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
DAY = 24 * 3600.0


def at(seconds: float) -> str:
    return (NOON + timedelta(seconds=seconds)).isoformat(timespec="milliseconds")


class Results:
    """A results folder with jobs of made-up times, in seconds after noon."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def run(self, began: float) -> None:
        """A run of the driver."""
        note_run(self.root, NOON + timedelta(seconds=began))

    def job(
        self,
        output: str,
        process: float | None,
        started: float,
        ended: float,
        reads: tuple[str, ...] = (),
        **more: Any,
    ) -> None:
        """A job with one output."""
        path = self.root / output
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(output)
        read = [
            {"name": each, "path": f"results/s/{each}", "digest": "d", **self._of(each)} for each in reads
        ]
        manifest = {
            "study": "s",
            "rule": output.split(".")[0],
            "wildcards": {},
            "spec": {"path": "results/s/specs/r.json", "digest": output},
            "inputs": read,
            "output": {"path": f"results/s/{output}", "digest": "d"},
            "process_started": None if process is None else at(process),
            "started": at(started),
            "ended": at(ended),
            "seconds": ended - started,
            "cpu_seconds": 2 * (ended - started),
            "machine": {"host": "one", "cpus_usable": 2},
        }
        manifest_path(path).write_text(canonical_json(manifest | more))
        seal(self.root)

    def _of(self, output: str) -> dict[str, str | None]:
        manifest = manifest_path(self.root / output)
        return {"manifest": file_digest(manifest) if manifest.is_file() else None}

    def times(self) -> dict[str, JobTime]:
        """The times of the jobs by rule."""
        return {job.rule: job for job in job_times(self.root)}


@pytest.fixture
def results(tmp_path: Path) -> Results:
    return Results(tmp_path / "results/s")


def parts(job: JobTime) -> tuple[float, float, float]:
    return job.imports, job.compute, job.waiting


def test_a_job_waits_from_its_last_input_until_its_process_begins(results: Results) -> None:
    results.run(0)
    results.job("slice.a", 5, 6, 10)
    results.job("base.a", 5, 8, 30)
    results.job("sample.a", 33, 37.5, 40, ("slice.a", "base.a"))
    assert parts(results.times()["sample"]) == (4.5, 2.5, 3)


def test_a_job_that_reads_no_output_waits_from_the_start_of_the_run(results: Results) -> None:
    results.run(0)
    results.job("slice.a", 5, 6, 10)
    assert parts(results.times()["slice"]) == (1, 4, 5)


def test_a_rerun_waits_from_the_start_of_its_own_run_and_not_for_a_day(results: Results) -> None:
    results.run(0)
    results.job("slice.a", 5, 6, 10)
    results.run(DAY)
    results.job("grade.a", DAY + 4, DAY + 5, DAY + 6, ("slice.a",))
    assert parts(results.times()["grade"]) == (1, 1, 4)
    assert results.times()["slice"].waiting == 5


def test_an_input_that_was_made_again_the_same_counts_as_it_was_then(results: Results) -> None:
    results.run(0)
    results.job("slice.a", 5, 6, 10)
    results.job("grade.a", 12, 13, 14, ("slice.a",))
    results.run(DAY)
    results.job("slice.a", DAY + 5, DAY + 6, DAY + 10)
    assert results.times()["grade"].waiting == 2


def test_the_critical_path_leads_back_along_the_inputs_that_came_last(results: Results) -> None:
    results.run(0)
    results.job("slice.a", 5, 6, 10)
    results.job("base.a", 5, 8, 30)
    results.job("sample.a", 33, 37, 40, ("slice.a", "base.a"))
    results.job("golds.a", 12, 13, 14, ("slice.a",))
    results.job("grade.a", 41, 42, 50, ("golds.a", "sample.a"))
    told = spent(job_times(results.root))
    assert [job.rule for job in told.path] == ["base", "sample", "grade"]
    # Each was ready when the one before had ended, so that together they last as long as the run.
    assert sum(job.lasted for job in told.path) == told.wall == 50


def test_the_critical_path_is_that_of_the_latest_run(results: Results) -> None:
    results.run(0)
    results.job("slice.a", 5, 6, 10)
    results.run(DAY)
    results.job("grade.a", DAY + 4, DAY + 5, DAY + 6, ("slice.a",))
    assert [job.rule for job in spent(job_times(results.root)).path] == ["grade"]


def test_clocks_that_disagree_give_no_negative_time(results: Results) -> None:
    results.run(0)
    results.job("slice.a", 5, 6, 10)
    results.job("grade.a", 9, 8, 14, ("slice.a",))
    assert parts(results.times()["grade"]) == (0, 6, 0)


def test_a_job_with_several_outputs_counts_once(results: Results) -> None:
    results.run(0)
    for name in ("train.adapter", "train.log"):
        results.job(name, 5, 6, 10, spec={"path": "results/s/specs/r.json", "digest": "one"})
    assert spent(job_times(results.root)).jobs == 1


def test_stages_of_training_are_rules_of_their_own(results: Results) -> None:
    results.job("train.a", 5, 6, 10, wildcards={"arm": "panel", "stage": "warmup"})
    assert set(results.times()) == {"train_warmup"}


def test_manifests_without_the_start_of_the_process_tell_their_compute_alone(results: Results) -> None:
    results.run(0)
    results.job("slice.a", None, 6, 10)
    assert parts(results.times()["slice"]) == (0, 4, 0)
    old = json.loads(manifest_path(results.root / "slice.a").read_text())
    del old["process_started"]
    manifest_path(results.root / "slice.a").write_text(json.dumps(old))
    assert parts(results.times()["slice"]) == (0, 4, 0)


def test_without_a_note_of_the_run_nothing_is_said_of_waiting(results: Results) -> None:
    results.job("slice.a", 5, 6, 10)
    results.job("grade.a", DAY, DAY + 1, DAY + 2, ("slice.a",))
    assert parts(results.times()["grade"]) == (1, 1, 0)
    assert (spent(job_times(results.root)).runs, spent(job_times(results.root)).wall) == (0, 0)


def test_rules_are_summed_the_longest_first(results: Results) -> None:
    results.run(0)
    results.job("grade.a", 1, 2, 3)
    results.job("sample.a", 2, 4, 8)
    results.job("sample.b", 3, 4, 5)
    told = spent(job_times(results.root))
    assert told.rules == (RuleTime("sample", 2, 3, 5, 10), RuleTime("grade", 1, 1, 1, 2))
    assert (told.jobs, told.cpu_seconds) == (3, 12)


def test_the_wall_time_is_that_of_the_runs_whose_results_stand(results: Results) -> None:
    results.run(0)
    results.job("slice.a", 5, 6, 10)
    results.run(50)  # nothing of it stands
    results.run(DAY)
    results.job("grade.a", DAY + 1, DAY + 1, DAY + 6, ("slice.a",))
    told = spent(job_times(results.root))
    assert (told.runs, told.wall) == (2, 16)
    assert told.utilisation == 18 / (2 * 16)


def test_nothing_is_said_of_utilisation_on_several_machines(results: Results) -> None:
    results.run(0)
    results.job("slice.a", 5, 6, 10)
    results.job("slice.b", 5, 6, 10, machine={"host": "two", "cpus_usable": 4})
    assert spent(job_times(results.root)).processors == {"one": 2, "two": 4}
    assert spent(job_times(results.root)).utilisation is None


def test_a_folder_without_jobs_has_spent_nothing(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    assert job_times(tmp_path) == job_times(tmp_path / "none") == []
    assert spent([]).rules == ()


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"rule": 1, "spec": 2}', '{"rule": "a", "spec": {"digest": 1}']
)
def test_what_is_no_manifest_is_left_out(results: Results, text: str) -> None:
    results.job("slice.a", 5, 6, 10)
    manifest_path(results.root / "other").write_text(text)
    assert [job.rule for job in job_times(results.root)] == ["slice"]


def test_a_forged_manifest_is_left_out(results: Results) -> None:
    results.job("slice.a", 5, 6, 10)
    results.job("grade.a", 5, 6, 10, seconds="long")
    results.job("embed.a", 5, 6, 10, machine=None)
    results.job("band.a", 5, 6, 10, wildcards=[])
    assert set(results.times()) == {"slice"}


def test_a_torn_note_of_a_run_hides_no_other(tmp_path: Path) -> None:
    note_run(tmp_path, NOON)
    with open(tmp_path / RUNS, "a") as runs:
        runs.write('{"began": "20\n')
    note_run(tmp_path)
    first, second = runs_began(tmp_path)
    assert first == NOON and datetime.now(UTC) - second < timedelta(minutes=1)


ASKED = "from wideband.provenance.environment import process_started as f; print(f().isoformat())"


def test_a_process_knows_when_it_began() -> None:
    before = datetime.now(UTC)
    said = subprocess.run([sys.executable, "-c", ASKED], capture_output=True, text=True, check=True)
    began = datetime.fromisoformat(said.stdout.strip())
    assert before - timedelta(seconds=0.05) <= began <= datetime.now(UTC)


def test_a_fork_began_when_it_was_forked() -> None:
    before = datetime.now(UTC)
    child = os.fork()
    if not child:
        late = process_started() >= before - timedelta(seconds=0.05)
        os._exit(0 if late else 1)
    assert os.waitpid(child, 0)[1] == 0
    assert process_started() < before
