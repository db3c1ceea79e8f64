"""The RO-Crate and PROV of a small made-up results folder."""

import json
import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from crate_validator import issues
from prov.model import ProvActivity, ProvDocument

from wideband.provenance.crate.runs import CrateError
from wideband.provenance.crate.write import METADATA, write_crate
from wideband.provenance.digests import file_digest, folder_digest
from wideband.provenance.manifest import inputs, read_manifest, write_manifests
from wideband.provenance.specs import Spec, write_spec

ROOT = Path(__file__).parents[2]
BEGAN = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


@pytest.fixture
def results(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two jobs: one wrote a table, the other read it and wrote a folder and a log."""
    monkeypatch.chdir(tmp_path)
    root = Path("results/tiny")
    problems, adapter = root / "data/problems.parquet", root / "arms/panel/stage@2/adapter"
    ran(root, "slice", {"slice": "problems"}, [], {problems: "rows"})
    training = {adapter / "weights.safetensors": "weights", root / "arms/panel/log.parquet": "log"}
    ran(root, "train", {"arm": "panel"}, [problems], training, [adapter, root / "arms/panel/log.parquet"])
    return root


def ran(
    root: Path,
    rule: str,
    wildcards: dict[str, str],
    read: list[Path],
    written: dict[Path, str],
    outputs: list[Path] | None = None,
) -> None:
    """A job as the scripts record it: spec, outputs, manifests."""
    path = root / f"specs/{rule}.json"
    spec = Spec("tiny", rule, wildcards, {"stage": {"seed": 7}}, "c0de", "10c4")
    write_spec(path, spec)
    before = inputs({"spec": [path], "read": read})
    for path, text in written.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    began = BEGAN + timedelta(minutes=rule == "train")
    write_manifests(outputs or list(written), spec, path, before, began, {"prompt_tokens": 12})


def graph(root: Path) -> dict[str, dict[str, Any]]:
    """The crate's entities by their ids, after writing it."""
    entities = json.loads(write_crate(root, ROOT).read_text())["@graph"]
    found = {entity["@id"]: entity for entity in entities}
    assert len(found) == len(entities)
    return found


def ids(value: Any) -> list[str]:
    """What a property refers to."""
    return [each["@id"] for each in (value if isinstance(value, list) else [value])]


def test_the_public_validator_accepts_the_crate(results: Path, tmp_path: Path) -> None:
    write_crate(results, ROOT)
    assert issues(results, tmp_path) == []


def test_the_public_validator_is_not_blind(results: Path, tmp_path: Path) -> None:
    path = write_crate(results, ROOT)
    content = json.loads(path.read_text())
    step = next(entity for entity in content["@graph"] if entity["@type"] == "ControlAction")
    del step["object"]
    path.write_text(json.dumps(content))
    assert any(step["@id"] in issue for issue in issues(results, tmp_path))


def test_a_job_is_an_action_of_its_tool_on_what_it_read_and_wrote(results: Path) -> None:
    found = graph(results)
    job = found["#job/arms/panel/log.parquet"]
    manifest = read_manifest(results / "arms/panel/log.parquet")
    assert job["instrument"] == {"@id": "#tool/train"}
    kept = f"provenance/specs/{manifest['spec']['digest']}.json"
    assert ids(job["object"]) == [kept, "data/problems.parquet", "#seed/stage.seed=7"]
    assert sorted(ids(job["result"])) == ["arms/panel/log.parquet", "arms/panel/stage%402/adapter/"]
    assert (job["startTime"], job["endTime"]) == ("2026-01-02T03:05:05.000+00:00", manifest["ended"])
    assert job["actionStatus"] == "http://schema.org/CompletedActionStatus"
    environment = {found[each]["name"]: found[each]["value"] for each in ids(job["environment"])}
    assert environment["host"] == manifest["machine"]["host"]
    assert environment["environment lock"] == "10c4"
    used = {found[each]["name"]: found[each]["value"] for each in ids(job["resourceUsage"])}
    assert used["prompt_tokens"] == "12"


def test_the_study_leads_from_what_no_job_wrote_to_what_no_job_read(results: Path) -> None:
    whole = graph(results)["#study"]
    outputs = [results / "data/problems.parquet", results / "arms/panel/log.parquet"]
    specs = [f"provenance/specs/{read_manifest(output)['spec']['digest']}.json" for output in outputs]
    assert ids(whole["object"]) == specs
    assert sorted(ids(whole["result"])) == ["arms/panel/log.parquet", "arms/panel/stage%402/adapter/"]
    assert whole["instrument"] == {"@id": "provenance/workflow/Snakefile"}


def test_files_and_folders_have_sizes_and_digests(results: Path) -> None:
    found = graph(results)
    table, folder = found["data/problems.parquet"], found["arms/panel/stage%402/adapter/"]
    assert table["identifier"] == f"blake3:{file_digest(results / 'data/problems.parquet')}"
    assert (table["contentSize"], table["encodingFormat"]) == ("4", "application/vnd.apache.parquet")
    assert folder["identifier"] == f"blake3:{folder_digest(results / 'arms/panel/stage@2/adapter')}"
    assert ids(folder["hasPart"]) == ["arms/panel/stage%402/adapter/weights.safetensors"]


def test_rules_are_steps_and_credit_is_that_of_the_citation_file(results: Path) -> None:
    found = graph(results)
    workflow = found["provenance/workflow/Snakefile"]
    assert [found[step]["name"] for step in ids(workflow["step"])] == ["slice", "train"]
    assert (results / "provenance/workflow/Snakefile").read_bytes() == (ROOT / "Snakefile").read_bytes()
    assert found["./"]["license"] == {"@id": "https://spdx.org/licenses/MIT"}
    assert found[ids(found["./"]["author"])[0]]["name"] == "Wideband contributors"


def test_the_same_results_give_the_same_bytes(results: Path) -> None:
    first = [write_crate(results, ROOT).read_bytes(), (results / "provenance/prov.json").read_bytes()]
    shutil.move("results", "moved")
    shutil.copytree("moved", "results")
    again = [write_crate(results, ROOT).read_bytes(), (results / "provenance/prov.json").read_bytes()]
    assert again == first


def test_content_that_was_read_and_is_no_longer_there_is_not_taken_for_what_is(results: Path) -> None:
    before = file_digest(results / "data/problems.parquet")
    ran(results, "slice", {"slice": "problems"}, [], {results / "data/problems.parquet": "other rows"})
    found = graph(results)
    objects = ids(found["#job/arms/panel/log.parquet"]["object"])
    assert f"#read/{before}" in objects
    assert "data/problems.parquet" not in objects


def test_an_output_that_is_gone_is_named(results: Path) -> None:
    (results / "data/problems.parquet").unlink()
    with pytest.raises(CrateError, match=r"data/problems\.parquet: has a manifest but is gone"):
        write_crate(results, ROOT)


def test_results_without_a_job_are_refused(tmp_path: Path) -> None:
    with pytest.raises(CrateError, match="run snakemake first"):
        write_crate(tmp_path / "results/none", ROOT)
    assert not (tmp_path / "results/none" / METADATA).exists()


def test_prov_says_what_each_run_used_and_generated(results: Path) -> None:
    write_crate(results, ROOT)
    document = ProvDocument.deserialize(results / "provenance/prov.json", format="json")
    runs = {str(each.identifier) for each in document.get_records(ProvActivity)}
    assert runs == {"wideband:run/data/problems.parquet", "wideband:run/arms/panel/log.parquet"}
    content = json.loads((results / "provenance/prov.json").read_text())
    table = f"wideband:data/problems.parquet@{file_digest(results / 'data/problems.parquet')[:16]}"
    used = {(each["prov:activity"], each["prov:entity"]) for each in content["used"].values()}
    made = {(each["prov:activity"], each["prov:entity"]) for each in content["wasGeneratedBy"].values()}
    assert ("wideband:run/arms/panel/log.parquet", table) in used
    assert ("wideband:run/data/problems.parquet", table) in made


def test_the_command_imports_its_libraries_only_when_it_writes() -> None:
    code = "import sys, wideband.cli.rocrate; print(*{'rocrate', 'prov', 'torch'} & sys.modules.keys())"
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "workflow_scripts")}
    said = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert said.stdout.split() == []
