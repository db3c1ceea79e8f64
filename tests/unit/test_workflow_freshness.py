"""Stale by content: what differs is named, what does not matter is not, and times follow."""

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from results_folder import CHAIN, ROOT, chain, mtime, planned, ran

from wideband.provenance.cache import DigestCache
from wideband.provenance.fingerprint import Fingerprint
from wideband.provenance.manifest import manifest_path
from wideband.workflow.freshness import Reason, changed_keys, changes, in_words, why
from wideband.workflow.jobs import PlannedJob
from wideband.workflow.modification_times import prepare, set_times

SAMPLE, ROLLOUTS = "specs/sample/study.json", "arms/rollouts.parquet"


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def done(project: None) -> list[PlannedJob]:
    return chain()


def stale(jobs: list[PlannedJob]) -> dict[str, list[Reason]]:
    return prepare(jobs, ROOT).stale


def only(rule: str, jobs: list[PlannedJob], **changes: object) -> list[PlannedJob]:
    """The jobs with one of them changed."""
    return [planned(rule, **changes) if job.rule == rule else job for job in jobs]


def test_what_just_ran_is_fresh(done: list[PlannedJob]) -> None:
    assert stale(done) == {}


def test_a_parameter_is_named_with_its_values(done: list[PlannedJob]) -> None:
    found = stale(only("sample", done, seed=2, extra=[1]))
    assert found == {SAMPLE: [Reason("params", "extra", None, [1]), Reason("params", "seed", 1, 2)]}
    assert why(found[SAMPLE]) == "extra changed: nothing → [1]; seed changed: 1 → 2"


def test_a_module_is_named_with_its_digests(done: list[PlannedJob]) -> None:
    other = Fingerprint("d" * 64, {"wideband.metrics.passk": "2" * 64}, ())
    found = stale(only("grade", done, code=other))
    assert [in_words(reason) for reason in found["specs/grade/study.json"]] == [
        "code changed: wideband.metrics.passk 11111111 → 22222222"
    ]


def test_what_never_ran_is_missing_and_no_change(project: None) -> None:
    found = stale([planned(rule) for rule in CHAIN])
    assert {reason.kind for reasons in found.values() for reason in reasons} == {"missing"}
    assert changes(found) == []


@pytest.mark.parametrize(
    ("harm", "kind"),
    [
        (lambda path: path.write_text("other"), "edited"),
        (lambda path: path.unlink(), "missing"),
        (lambda path: manifest_path(path).unlink(), "unrecorded"),
        (lambda path: manifest_path(path).write_text("{"), "unrecorded"),
        (lambda path: manifest_path(path).write_text('{"spec": {}}'), "unrecorded"),
    ],
)
def test_harm_to_an_output_is_its_jobs_reason(done: list[PlannedJob], harm, kind: str) -> None:
    harm(ROOT / ROLLOUTS)
    assert [reason.kind for reason in stale(done)[SAMPLE]] == [kind]


def test_an_input_that_became_another_is_a_reason_until_the_job_ran_again(done: list[PlannedJob]) -> None:
    ran(done[0], "other problems")
    found = stale(done)
    assert set(found) == {"specs/golds/study.json", SAMPLE, "specs/grade/study.json"}
    for job in done[1:]:
        ran(job)
    assert stale(done) == {}


def test_a_check_that_ran_again_makes_nothing_stale(done: list[PlannedJob]) -> None:
    ran(done[1], "the same golds, checked by another grader")
    assert stale(done) == {}


def test_what_reads_a_stale_jobs_output_waits_as_well_but_not_behind_a_check(done: list[PlannedJob]) -> None:
    sample = prepare(only("sample", done, seed=2), ROOT)
    assert sample.waiting == {SAMPLE, "specs/grade/study.json"}
    golds = prepare(only("golds", done, seed=2), ROOT)
    assert golds.waiting == {"specs/golds/study.json"}


def in_order(jobs: list[PlannedJob]) -> bool:
    """Whether Snakemake would find every output as new as what it is made of."""
    for job in jobs:
        output, named = CHAIN[job.rule]
        read = [job.spec_path, *(CHAIN[rule][0] for name, rule in named.items() if name != "golds")]
        if any(mtime(path) > mtime(output) for path in read):
            return False
    return True


@pytest.fixture(params=["touched backwards", "from the future", "all alike"])
def disordered(request: pytest.FixtureRequest, done: list[PlannedJob]) -> Iterator[list[PlannedJob]]:
    for place, job in enumerate(reversed(done)):
        moment = {"touched backwards": 10**9 + place, "from the future": 4 * 10**9, "all alike": 10**9}
        os.utime(ROOT / job.outputs[0], (moment[request.param],) * 2)
        os.utime(ROOT / job.spec_path, (4 * 10**9,) * 2)
    yield done


def test_times_of_what_is_fresh_are_put_in_order(disordered: list[PlannedJob]) -> None:
    assert stale(disordered) == {}
    assert in_order(disordered)
    assert all(mtime(job.outputs[0]) <= time.time_ns() for job in disordered)


def test_a_stale_spec_is_newer_than_its_output_even_one_from_the_future(done: list[PlannedJob]) -> None:
    os.utime(ROOT / ROLLOUTS, (4 * 10**9,) * 2)
    (ROOT / ROLLOUTS).write_text("other")
    os.utime(ROOT / ROLLOUTS, (4 * 10**9,) * 2)
    stale(done)
    assert mtime(SAMPLE) > mtime(ROLLOUTS)


def test_a_change_that_is_taken_back_leaves_all_as_it_was(done: list[PlannedJob]) -> None:
    assert stale(only("slice", done, seed=9)) != {}
    assert stale(done) == {}
    assert in_order(done)


def test_settling_twice_changes_no_time(done: list[PlannedJob]) -> None:
    # Outputs get the time their job ended, once that lies a second back.
    time.sleep(1.1)
    stale(done)
    before = {job.rule: (mtime(job.spec_path), mtime(job.outputs[0])) for job in done}
    set_times(done, ROOT, DigestCache(ROOT))
    assert before == {job.rule: (mtime(job.spec_path), mtime(job.outputs[0])) for job in done}


def test_manifests_that_name_each_other_in_a_circle_end(done: list[PlannedJob]) -> None:
    first, last = (manifest_path(ROOT / job.outputs[0]) for job in (done[0], done[-1]))
    forged = json.loads(first.read_text())
    digest = json.loads(last.read_text())["output"]["digest"]
    forged["inputs"].append({"name": "verdicts", "path": str(ROOT / done[-1].outputs[0]), "digest": digest})
    first.write_text(json.dumps(forged))
    assert stale(done) == {}


def test_keys_are_compared_however_deep() -> None:
    old = {"a": {"b": [1, 2], "c": 3}, "d": None}
    assert list(changed_keys(old, {"a": {"b": [2, 1], "c": 3}, "e": 1})) == [
        ("a.b", [1, 2], [2, 1]),
        ("e", None, 1),
    ]


def test_changes_say_how_many_jobs_they_concern(done: list[PlannedJob]) -> None:
    other = [planned(job.rule, seed=2) for job in done]
    assert changes(stale(other)) == ["seed changed: 1 → 2 (4 jobs)"]
