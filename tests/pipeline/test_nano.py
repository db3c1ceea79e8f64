"""The whole pipeline at its smallest: every rule runs, and files, digests and numbers hang together."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from chromium import browser
from report_check import faults
from workflow import TRACEBACK, Copy

from wideband.config import Study, load_study
from wideband.data.text import normalise
from wideband.numbers import read_records
from wideband.numbers.study import planned
from wideband.provenance.digests import path_digest
from wideband.provenance.manifest import SUFFIX
from wideband.tables import read_table

FOLDER_TABLES = {"rollouts", "verdicts", "band", "embeddings"}
NO_OUTPUTS = {"specs", "logs", "state", "provenance", "audit", "ledger.jsonl", "ro-crate-metadata.json"}
# Made for an arm that starts from a published adapter, for items with an answer space, for sections `texts`
# and `entailment`: nano has none; see test_start.py, test_answer_spaces.py, test_numbers_texts.py.
ELSEWHERE = {"all", "start", "loglikelihood", "answers", "texts", "entailment", "merge"}
# Commands, which write no results.
ANSWERS = {"audit", "claims", "explain", "prefetch", "rocrate"}


@pytest.fixture(scope="module")
def study(nano: Copy) -> Study:
    return load_study("nano", nano.root)


@pytest.fixture(scope="module")
def results(nano: Copy) -> Path:
    return nano.results("nano")


@pytest.fixture(scope="module")
def manifests(results: Path) -> dict[str, dict]:
    """Every manifest by the path of its output, relative to the results folder."""
    found = {
        str(path.relative_to(results)).removesuffix(SUFFIX): json.loads(path.read_text())
        for path in results.rglob(f"*{SUFFIX}")
    }
    assert len(found) > 200
    return found


def table_of(path: Path) -> str:
    """The name of the table that a file of the results folder holds."""
    if path.parent.name in FOLDER_TABLES:
        return path.parent.name
    if path.name == "training_log.parquet":
        return "training_log"
    return "problems" if path.parent.name == "data" else "metrics"


def problems(results: Path, name: str) -> pd.DataFrame:
    return read_table(results / "data" / f"{name}.parquet", "problems")


def test_every_table_keeps_its_contract(results: Path) -> None:
    tables = sorted(results.rglob("*.parquet"))
    seen = {table_of(path) for path in tables}
    assert seen == {*FOLDER_TABLES, "training_log", "problems", "metrics"}
    for path in tables:
        assert len(read_table(path, table_of(path))) > 0, path


def test_every_file_is_an_output_with_a_manifest_that_matches_it(
    results: Path, manifests: dict[str, dict]
) -> None:
    outputs = {results / name for name in manifests}
    made = [folder for folder in results.iterdir() if folder.name not in NO_OUTPUTS]
    for path in (path for folder in made for path in (folder, *folder.rglob("*"))):
        if path.is_file() and not path.name.endswith(SUFFIX):
            assert {path, *path.parents} & outputs, f"{path} belongs to no manifest"
    for name, manifest in manifests.items():
        assert manifest["output"]["digest"] == path_digest(results / name), name


def test_no_state_outlives_the_job_that_it_was_for(results: Path) -> None:
    assert [path for path in (results / "state").rglob("*") if path.is_file()] == []


def test_every_input_is_what_its_own_manifest_says(results: Path, manifests: dict[str, dict]) -> None:
    digests = {name: manifest["output"]["digest"] for name, manifest in manifests.items()}
    for name, manifest in manifests.items():
        for read in manifest["inputs"]:
            source = str(Path(read["path"]).relative_to("results/nano"))
            if not source.startswith("specs/"):
                assert read["digest"] == digests[source], f"{name} read {source} before it was what it is"


def test_all_rules_ran(nano: Copy, manifests: dict[str, dict]) -> None:
    said = nano.snakemake("nano", "--list-rules").stdout
    listed = re.findall(r"^\w+$", said, re.MULTILINE)
    stages = {f"train_{stage}" for stage in ("gsm8k_warmup", "math_continuation", "olympiad_rlvr")}
    assert stages < set(listed)
    ran = {_rule(manifest) for manifest in manifests.values()}
    assert ran == set(listed) - ELSEWHERE - ANSWERS


def _rule(manifest: dict) -> str:
    """The workflow's rule; the stages have one each but share a script."""
    stage = manifest["wildcards"].get("stage")
    return f"train_{stage}" if manifest["rule"] == "train" else manifest["rule"]


def test_no_job_said_a_traceback(results: Path, nano: Copy) -> None:
    logs = sorted((results / "logs").rglob("*.log"))
    assert len(logs) > 50
    assert [str(path) for path in logs if TRACEBACK in path.read_text()] == []
    assert TRACEBACK not in (nano.root / "said.txt").read_text()


def test_the_numbers_are_complete(results: Path, study: Study) -> None:
    sources = sorted(problems(results, study.band.pool)["source"].unique())
    records = read_records(results / "numbers.jsonl")
    assert [record.id for record in records] == [request.id for request in planned(study, sources)]


def test_a_second_run_does_nothing(nano: Copy) -> None:
    said = nano.snakemake("nano", "--cores", "2")
    assert said.returncode == 0
    assert "Nothing is stale. Report: " in said.stdout


def test_the_walk_through_nano_shows_a_command_that_answers(nano: Copy) -> None:
    shown = "number --study nano pass@1.gsm8k_test.panel.olympiad_rlvr"
    assert f"\nwideband {shown}\n" in (nano.root / "docs/walk.md").read_text(encoding="utf-8")
    said = nano.python("-m", "wideband.cli", *shown.split())
    assert said.returncode == 0 and "metrics/passk/panel/olympiad_rlvr/gsm8k_test.parquet" in said.stdout


def test_the_picture_of_the_readme_shows_the_gains_of_a_study(
    nano: Copy, results: Path, tmp_path: Path
) -> None:
    drawn = nano.python("docs/images/gains.py", str(results / "numbers.jsonl"), str(tmp_path / "gains.svg"))
    assert drawn.returncode == 0, drawn.stdout
    picture = (tmp_path / "gains.svg").read_text(encoding="utf-8")
    gains = [
        each
        for each in read_records(results / "numbers.jsonl")
        if re.match(r"gain\..*olympiad_rlvr-base$", each.id)
    ]
    assert len(gains) == 6
    for gain in gains:
        shown = [f"{100 * end:+.1f}".replace("-", "−") for end in (gain.value, *gain.ci)]
        assert f">{shown[0]} [{shown[1]}, {shown[2]}]<" in picture


def test_no_training_problem_is_an_evaluation_problem(results: Path, study: Study) -> None:
    trained = {stage.slice for stage in study.stages.values() if stage.slice}
    trained |= {f"{arm}_band_train" for arm in ("panel", "think")}
    evaluated = pd.concat([problems(results, name) for name in study.benchmarks])
    for name in trained:
        frame = problems(results, name)
        for column in ("uid", "problem"):
            shared = set(frame[column].map(normalise)) & set(evaluated[column].map(normalise))
            assert shared == set(), name


@pytest.mark.parametrize("arm", ["panel", "think"])
def test_the_band_is_measured_on_the_checkpoint_that_the_stage_starts_from(
    results: Path, manifests: dict[str, dict], arm: str
) -> None:
    start = _inputs(manifests[f"arms/{arm}/olympiad_rlvr/adapter"])["adapter"]
    rollouts = f"arms/{arm}/math_continuation/rollouts/olympiad_pool.parquet"
    assert _inputs(manifests[rollouts])["adapter"] == start
    assert start == manifests[f"arms/{arm}/math_continuation/adapter"]["output"]["digest"]
    band = manifests[f"arms/{arm}/math_continuation/band/olympiad_pool.parquet"]["output"]["digest"]
    assert _inputs(manifests[f"data/{arm}_band_train.parquet"])["band"] == band


def _inputs(manifest: dict) -> dict[str, str]:
    return {read["name"]: read["digest"] for read in manifest["inputs"]}


def test_each_stage_continues_the_adapter_of_the_one_before(manifests: dict[str, dict], study: Study) -> None:
    for stage in list(study.stages)[1:]:
        before = study.stage_before(stage, "think")
        digest = manifests[f"arms/think/{before}/adapter"]["output"]["digest"]
        assert _inputs(manifests[f"arms/think/{stage}/adapter"])["adapter"] == digest


def test_both_arms_see_the_same_problems_with_the_same_seeds(results: Path) -> None:
    for slice_name in ("gsm8k_test", "math_test", "olympiad_heldout"):
        panel, think = (
            read_table(results / f"arms/{arm}/olympiad_rlvr/rollouts/{slice_name}.parquet", "rollouts")
            for arm in ("panel", "think")
        )
        assert panel[["uid", "sample", "seed"]].equals(think[["uid", "sample", "seed"]])


def test_manifests_tell_what_training_changed(manifests: dict[str, dict]) -> None:
    adapted = manifests["arms/panel/gsm8k_warmup/adapter"]["notes"]["adapted_tensors"]
    assert any("q_proj" in name for name in adapted)
    assert any("experts" in name for name in adapted)
    assert not any("mlp.gate." in name for name in adapted)


@pytest.fixture(scope="module")
def faulty(results: Path) -> Iterator[list[str]]:
    """What a browser finds wrong with the report."""
    with browser() as chromium:
        yield faults(chromium, results / "report")


def test_the_report_is_drawn_and_quiet(results: Path, faulty: list[str]) -> None:
    assert (results / "report" / "index.html").is_file()
    assert faulty == []


def test_every_training_run_moves_its_adapter(results: Path, manifests: dict[str, dict]) -> None:
    adapters = [manifest for name, manifest in manifests.items() if name.endswith("/adapter")]
    assert len({manifest["output"]["digest"] for manifest in adapters}) == len(adapters) == 8
    for path in results.rglob("training_log.parquet"):
        assert read_table(path, "training_log")["grad_norm"].max() > 0, path
