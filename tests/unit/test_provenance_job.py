"""A workflow script: parameters in, outputs and manifests out, clear errors, nothing half-recorded."""

import json
import os
import resource
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from wideband.provenance.code import keep_code
from wideband.provenance.digests import file_digest, folder_digest
from wideband.provenance.fingerprint import fingerprint
from wideband.provenance.job import read_job
from wideband.provenance.manifest import ManifestError, manifest_path, read_manifest, seeds
from wideband.provenance.specs import Spec, read_spec, write_spec

ROOT = Path(__file__).parents[2]
SCRIPT = '''
import logging, os, shutil
from wideband.provenance.job import Job, run
from wideband.errors import WidebandError

def main(job: Job) -> None:
    """Write a table and an adapter."""
    logging.info("lr %s, %d threads", job.params["lr"], job.threads)
    fault = job.params.get("fault")
    if fault == "known":
        raise WidebandError("rollouts.parquet: duplicate key; rerun sample")
    if fault == "unknown":
        raise RuntimeError("surprise")
    if fault == "disk":
        raise OSError(28, "No space left on device", "rollouts.parquet")
    if fault == "forgotten":
        return
    if job.params.get("saves"):
        job.state.mkdir(parents=True)
        (job.state / "save").touch()
        job.drop_state()
    if fault == "killed":
        shutil.rmtree = lambda folder, **_: folder.exists() and os._exit(9)
    job.output.table.write_text(job.input.pool.read_text() + ",".join(p.name for p in job.input.many))
    job.output.adapter.mkdir(exist_ok=True)
    (job.output.adapter / "weights.bin").write_bytes(b"w")
    job.note(tokens=12)

if __name__ == "__main__":
    run(main)
'''


class Place:
    """A folder with a script, its inputs and its spec, as the workflow would lay them out."""

    def __init__(self, root: Path, **params: Any) -> None:
        self.root = root
        self.table, self.adapter = root / "results/nano/table.csv", root / "results/nano/adapter"
        (root / "results/nano").mkdir(parents=True, exist_ok=True)
        (root / "script.py").write_text(SCRIPT)
        for name in ("pool", "one", "two"):
            (root / name).write_text(name)
        code = fingerprint(root / "script.py", root)
        keep_code(root / "results/nano", code)
        write_spec(
            root / "results/nano/specs/train/x.json",
            Spec(
                study="nano",
                rule="train",
                wildcards={"slice": "pool", "arm": "panel"},
                params={"lr": 0.1, "seed": 4, "stage": {"seed": 5}, **params},
                code=code.digest,
                environment="10c4",
            ),
        )
        self.given = {
            "input": {"spec": "results/nano/specs/train/x.json", "pool": "pool", "many": ["one", "two"]},
            "output": {"table": "results/nano/table.csv", "adapter": "results/nano/adapter/"},
            "log": "logs/train.txt",
            "threads": 2,
        }

    def run(self, argument: str | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "PYTHONPATH": str(ROOT / "workflow_scripts"), **environment}
        command = [sys.executable, "script.py", argument or json.dumps(self.given)]
        return subprocess.run(
            command, cwd=self.root, env=environment, capture_output=True, text=True, check=False
        )


def test_a_job_writes_outputs_and_their_manifests(tmp_path: Path) -> None:
    place = Place(tmp_path)
    done = place.run()
    assert done.returncode == 0, done.stderr
    assert place.table.read_text() == "poolone,two"
    manifest = read_manifest(place.table)
    assert manifest["output"]["digest"] == file_digest(place.table)
    assert {entry["digest"] for entry in manifest["outputs"]} == {
        file_digest(place.table),
        folder_digest(place.adapter),
    }
    assert [entry["name"] for entry in manifest["inputs"]] == ["spec", "pool", "many", "many"]
    assert manifest["inputs"][1]["digest"] == file_digest(tmp_path / "pool")
    assert manifest["spec"]["digest"] == manifest["inputs"][0]["digest"]
    code = fingerprint(tmp_path / "script.py", tmp_path).digest
    assert (manifest["rule"], manifest["study"], manifest["code"]) == ("train", "nano", code)
    assert manifest["seeds"] == {"seed": 4, "stage.seed": 5}
    assert manifest["notes"] == {"tokens": 12}
    assert manifest["environment"]["lock"] == "10c4" and manifest["environment"]["packages"]["numpy"]
    assert manifest["process_started"] < manifest["started"] <= manifest["ended"]
    assert manifest["peak_rss_bytes"] > 1_000_000


def test_state_goes_when_its_job_is_done(tmp_path: Path) -> None:
    place = Place(tmp_path, saves=True)
    assert place.run().returncode == 0
    assert list((tmp_path / "results/nano/state").rglob("save")) == []


def test_a_kill_leaves_no_half_of_a_state_that_was_going(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    place = Place(tmp_path, saves=True, fault="killed")
    assert place.run().returncode == 9
    assert read_manifest(place.table)
    assert not read_job(json.dumps(place.given)).state.exists()


def test_resumable_state_belongs_to_the_very_parameters_and_inputs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    def state(**params: Any) -> Path:
        return read_job(json.dumps(Place(tmp_path, **params).given)).state

    first = state(lr=0.1)
    assert state(lr=0.1) == first
    assert state(lr=0.2) != first
    place = Place(tmp_path, lr=0.1)
    (tmp_path / "pool").write_text("another pool, such as the adapter of a stage that was trained again")
    assert read_job(json.dumps(place.given)).state != first


def test_a_folder_has_its_manifest_beside_it_with_every_file(tmp_path: Path) -> None:
    place = Place(tmp_path)
    place.run()
    assert manifest_path(f"{place.adapter}/") == place.root / "results/nano/adapter.manifest.json"
    files = read_manifest(place.adapter)["output"]["files"]
    assert files == {"weights.bin": file_digest(place.adapter / "weights.bin")}


def test_an_input_carries_the_digest_of_its_own_manifest(tmp_path: Path) -> None:
    place = Place(tmp_path)
    manifest_path(tmp_path / "pool").write_text("{}")
    place.run()
    pool, one = read_manifest(place.table)["inputs"][1:3]
    assert pool["manifest"] == file_digest(manifest_path(tmp_path / "pool"))
    assert one["manifest"] is None


def test_log_lines_name_the_job(tmp_path: Path) -> None:
    place = Place(tmp_path)
    done = place.run()
    assert done.stderr == (tmp_path / "logs/train.txt").read_text()
    assert done.stderr.strip()[8:] == " train panel.pool | lr 0.1, 2 threads"


FAULTS = {
    "known": ("rollouts.parquet: duplicate key; rerun sample", False),
    "unknown": ("RuntimeError: surprise", True),
    "disk": ("no space left on the disk of rollouts.parquet", False),
    "forgotten": ("table.csv: declared as an output of train but not written", False),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_failed_job_says_why_and_leaves_no_manifest(fault: str, tmp_path: Path) -> None:
    Place(tmp_path).run()
    place = Place(tmp_path, fault=fault)
    if fault == "forgotten":
        place.table.unlink()
    done = place.run()
    message, traceback = FAULTS[fault]
    assert done.returncode == 1
    assert message in done.stderr and message in (tmp_path / "logs/train.txt").read_text()
    assert ("Traceback" in done.stderr) is traceback
    assert not manifest_path(place.table).exists() and not manifest_path(place.adapter).exists()


def test_code_that_changed_after_the_driver_saw_it_stops_the_job(tmp_path: Path) -> None:
    place = Place(tmp_path)
    (tmp_path / "script.py").write_text(SCRIPT.replace('b"w"', 'b"v"'))
    done = place.run()
    assert done.returncode == 1
    assert "CODE_DRIFT: script changed after snakemake started; run snakemake again" in done.stderr
    assert not place.table.exists()


def test_a_comment_written_meanwhile_is_no_drift(tmp_path: Path) -> None:
    place = Place(tmp_path)
    (tmp_path / "script.py").write_text(f"{SCRIPT}\n# A remark.\n")
    assert place.run().returncode == 0


def test_the_spec_it_ran_under_is_kept_by_its_digest(tmp_path: Path) -> None:
    place = Place(tmp_path)
    place.run()
    digest = read_manifest(place.table)["spec"]["digest"]
    kept = tmp_path / f"results/nano/provenance/specs/{digest}.json"
    assert file_digest(kept) == digest
    assert read_spec(kept).params["lr"] == 0.1


def test_the_arguments_may_be_in_a_file(tmp_path: Path) -> None:
    place = Place(tmp_path)
    (tmp_path / "job.json").write_text(json.dumps(place.given))
    assert place.run("@job.json").returncode == 0
    assert manifest_path(place.table).is_file()


@pytest.mark.parametrize("argument", ["{", "[]", "{}", '{"input": {}, "output": {}}', "@none.json"])
def test_arguments_that_are_no_job_are_refused_in_one_line(argument: str, tmp_path: Path) -> None:
    done = Place(tmp_path).run(argument)
    assert done.returncode == 1
    assert done.stderr.startswith("error: ") and done.stderr.count("\n") == 1


def test_help_says_what_the_script_does(tmp_path: Path) -> None:
    done = Place(tmp_path).run("--help")
    assert done.returncode == 0 and "Write a table and an adapter." in done.stdout


def test_only_the_first_process_records(tmp_path: Path) -> None:
    place = Place(tmp_path)
    assert place.run(RANK="1").returncode == 0
    assert place.table.is_file() and not manifest_path(place.table).exists()


def test_a_dirty_tree_is_recorded_with_its_difference(tmp_path: Path) -> None:
    from wideband.provenance.git import git_state

    def git(*arguments: str) -> None:
        identity = ["-c", "user.name=a", "-c", "user.email=a@b"]
        subprocess.run(["git", *identity, *arguments], cwd=tmp_path, check=True, capture_output=True)

    assert git_state(tmp_path) is None
    git("init", "-q")
    (tmp_path / "a.py").write_text("x = 1\n")
    git("add", "a.py")
    git("commit", "-qm", "first")
    clean = git_state(tmp_path)
    assert clean is not None and not clean.dirty and clean.diff == "" and len(clean.commit) == 40
    (tmp_path / "a.py").write_text("x = 2\n")
    dirty = git_state(tmp_path)
    assert dirty is not None and dirty.dirty and "+x = 2" in dirty.diff


def test_the_difference_is_stored_under_its_digest(tmp_path: Path) -> None:
    place = Place(tmp_path)
    place.run()
    git = read_manifest(place.table)["git"]
    if git is not None and git["dirty"]:
        assert file_digest(tmp_path / f"results/nano/provenance/{git['diff']}.diff") == git["diff"]
    else:
        assert not list((tmp_path / "results/nano/provenance").glob("*.diff"))


def test_seeds_are_found_wherever_they_are() -> None:
    params = {"seed": 1, "a": {"data_seed": 2, "b": {"seed": 3}}, "seeded": 4, "c": [1]}
    assert dict(seeds(params)) == {"seed": 1, "a.data_seed": 2, "a.b.seed": 3}


@pytest.mark.parametrize("text", [None, "{"])
def test_a_manifest_that_cannot_be_read_is_named(tmp_path: Path, text: str | None) -> None:
    if text is not None:
        manifest_path(tmp_path / "x").write_text(text)
    with pytest.raises(ManifestError, match=r"x\.manifest\.json"):
        read_manifest(tmp_path / "x")


def test_a_job_starts_without_the_heavy_libraries() -> None:
    code = (
        "import sys, wideband.provenance.job; print(sorted({'pandas', 'numpy', 'torch'} & set(sys.modules)))"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "workflow_scripts")}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    assert done.stdout.strip() == "[]" and seconds < 0.5
