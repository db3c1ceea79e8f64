"""`snakemake rocrate` on the finished nano study, held against the public validator."""

import json
import shutil
from pathlib import Path

from crate_validator import issues
from workflow import Copy

from wideband.provenance.digests import file_digest, folder_digest


def test_the_study_is_a_valid_provenance_run_crate(nano: Copy, tmp_path: Path) -> None:
    copy = Copy(tmp_path / "copy")
    shutil.copytree(nano.results("nano"), copy.results("nano"))
    said = copy.snakemake("nano", "--cores", "1", "rocrate")
    assert said.returncode == 0, said.stdout
    root = copy.results("nano")
    assert issues(root, tmp_path) == []
    entities = json.loads((root / "ro-crate-metadata.json").read_text())["@graph"]
    actions = {entity["@id"]: entity for entity in entities if entity["@type"] == "CreateAction"}
    assert len(actions) == 1 + sum(nano_jobs(copy).values())
    adapter = next(entity for entity in entities if entity["@id"] == "arms/panel/olympiad_rlvr/adapter/")
    assert adapter["identifier"] == f"blake3:{folder_digest(root / 'arms/panel/olympiad_rlvr/adapter')}"
    numbers = next(entity for entity in entities if entity["@id"] == "numbers.jsonl")
    assert numbers["identifier"] == f"blake3:{file_digest(root / 'numbers.jsonl')}"


def nano_jobs(copy: Copy) -> dict[str, int]:
    """Jobs of the whole study by rule."""
    return copy.plan("nano", "--forceall").counts
