"""What results are made from: source data, code, parameters, environment, and the checkout that ran."""

import json
import os
import shutil
from pathlib import Path

import pandas as pd
import pytest
from audited import NUMBER, OLD, ROLLOUTS, VERDICTS, Project, codes
from forging import rebuild
from workflow import Copy

from wideband.audit import own_code
from wideband.config import Study, load_study
from wideband.provenance.digests import canonical_json, text_digest
from wideband.provenance.parse_cache import PLACE, cached_parsing
from wideband.provenance.user_cache import user_cache
from wideband.workflow.jobs import jobs


def test_an_edited_gold_is_not_what_the_source_gives(project: Project) -> None:
    project.edit_table(
        "data/gsm8k_test.parquet", lambda frame: frame.assign(gold=["9999", *frame["gold"][1:]])
    )
    assert project.codes(0, 2) == {"OUTPUT_TAMPERED", "ROOT_DATA_MISMATCH"}
    rebuild(project.root)
    assert project.codes(0, 2) == {"ROOT_DATA_MISMATCH"}


def test_an_evaluation_problem_in_a_training_slice_is_leakage(project: Project) -> None:
    tested = pd.read_parquet(project.root / "data/gsm8k_test.parquet").head(1)
    project.edit_table(
        "data/gsm8k_train.parquet", lambda frame: pd.concat([frame.iloc[1:], tested], ignore_index=True)
    )
    found = project.audit(0, 2)
    assert codes(found) == {
        "OUTPUT_TAMPERED",
        "ROOT_DATA_MISMATCH",
        "LEAKAGE",
    }
    assert "LEAKAGE" in found.codes[NUMBER]
    assert "LEAKAGE" not in found.codes.get("pass@1.gsm8k_test.plain.base", set())


def test_an_edited_module_with_an_old_time_is_stale_code(project: Project) -> None:
    module = project.own("workflow_scripts") / "wideband/metrics/embeddings.py"
    module.write_text(module.read_text() + "\n\nUNUSED = 1\n")
    os.utime(module, (OLD, OLD))
    found = project.audit(0, 1, 3)
    assert codes(found) == {"STALE_CODE"}
    assert all("wideband.metrics.embeddings" in finding.detail for finding in found.findings)
    diverse = {number for number in found.codes if number.startswith("vendi.gsm8k_test.panel")}
    assert diverse and NUMBER not in found.codes


def test_code_that_was_remembered_as_unchanged_is_stale_all_the_same(project: Project) -> None:
    """Whoever forges what the driver remembers of modules misleads the driver and not the audit."""
    module = project.own("workflow_scripts") / "wideband/metrics/embeddings.py"
    study = load_study("nano", project.folder)
    before = _remembered_specs(study, project.folder)
    known = json.loads(user_cache(PLACE).read_text())
    module.write_text(module.read_text() + "\n\nUNUSED = 1\n")
    assert _remembered_specs(study, project.folder) != before
    new = json.loads(user_cache(PLACE).read_text())
    (edited,) = new.keys() - known.keys()
    (true,) = [entry for entry in known.values() if entry[1:] == new[edited][1:]]
    user_cache(PLACE).write_text(json.dumps(new | {edited: true}))
    assert _remembered_specs(study, project.folder) == before
    assert codes(project.audit(0, 1)) == {"STALE_CODE"}


def _remembered_specs(study: Study, folder: Path) -> list[str]:
    with cached_parsing() as read:
        return [job.spec.digest for job in jobs(study, folder, read)]


def test_results_touched_after_an_edit_of_the_study_are_stale(project: Project) -> None:
    study = project.own("config") / "studies/nano.yaml"
    text = study.read_text()
    study.write_text(text.replace("max_tokens: 24, lr: 1.0e-3}", "max_tokens: 24, lr: 9.0e-3}", 1))
    assert study.read_text() != text
    for path in project.root.rglob("*"):
        os.utime(path)
    found = project.audit(0, 1, 3)
    assert codes(found) == {"STALE_PARAMS"}
    assert all("lr: 0.001 → 0.009" in finding.detail for finding in found.findings)
    assert "pass@1.gsm8k_test.plain.base" not in found.codes


def test_another_lock_is_stale_and_other_versions_are_drift(project: Project, nano: Copy) -> None:
    lock = project.own("envs") / "pipeline.lock"
    lock.write_text(lock.read_text() + "another-package==1.0\n")
    assert project.codes(1) == {"STALE_ENV"}
    shutil.rmtree(project.folder / "envs")
    (project.folder / "envs").symlink_to(nano.root / "envs")
    project.edit_json(f"{VERDICTS}.manifest.json", lambda m: m["environment"]["packages"].update(numpy="1.0"))
    rebuild(project.root)
    (found,) = project.audit(1).findings
    assert (found.code, found.file) == ("ENV_DRIFT", VERDICTS)


def test_what_a_job_ran_under_must_be_kept(project: Project) -> None:
    digest = json.loads((project.root / f"{VERDICTS}.manifest.json").read_text())["spec"]["digest"]
    (project.root / f"provenance/specs/{digest}.json").unlink()
    (found,) = project.audit(1).findings
    assert (found.code, found.file) == ("METADATA_LOST", VERDICTS)


def test_a_job_that_ran_other_code_than_its_spec_names_drifted(project: Project) -> None:
    manifest = json.loads((project.root / f"{ROLLOUTS}.manifest.json").read_text())
    project.edit_json(f"{VERDICTS}.manifest.json", lambda m: m.update(code=manifest["code"]))
    rebuild(project.root)
    (found,) = project.audit(0, 1).findings
    assert (found.code, found.file) == ("CODE_DRIFT", VERDICTS)


def test_a_changed_entry_of_the_registry_is_named(project: Project) -> None:
    path = "data/gsm8k_test.parquet"
    digest = json.loads((project.root / f"{path}.manifest.json").read_text())["spec"]["digest"]
    spec = json.loads((project.root / f"provenance/specs/{digest}.json").read_text())
    spec["params"]["registered"] = {"gsm8k/test": {"rows": 8, "digest": "of another content"}}
    other = text_digest(canonical_json(spec))
    (project.root / f"provenance/specs/{other}.json").write_text(canonical_json(spec))
    project.edit_json(f"{path}.manifest.json", lambda m: m["spec"].update(digest=other))
    rebuild(project.root)
    found = project.audit(0, 1, 2)
    assert codes(found) == {"STALE_PARAMS", "REGISTRY_CHANGED"}
    assert {finding.file for finding in found.findings} == {path}


def test_a_run_from_a_changed_checkout_needs_its_difference(project: Project) -> None:
    digest = text_digest("a difference")
    project.edit_json(
        f"{VERDICTS}.manifest.json",
        lambda m: m.update(git={"commit": "0" * 40, "dirty": True, "diff": digest}),
    )
    rebuild(project.root)
    stored = project.root / f"provenance/{digest}.diff"
    assert project.codes(1) == {"DIRTY_TREE"}
    stored.write_text("a difference")
    found = project.audit(1)
    assert found.findings == ()
    assert any(digest in note for note in found.notes)
    stored.write_text("another difference")
    assert project.codes(1) == {"DIRTY_TREE"}


def test_a_changed_checkout_is_a_finding_of_a_strict_audit(project: Project) -> None:
    digest = text_digest("a difference")
    (project.root / f"provenance/{digest}.diff").write_text("a difference")
    project.edit_json(
        f"{VERDICTS}.manifest.json",
        lambda m: m.update(git={"commit": "0" * 40, "dirty": True, "diff": digest}),
    )
    rebuild(project.root)
    assert "DIRTY_TREE" not in project.codes(1)
    found = project.audit(1, strict=True)
    assert ("DIRTY_TREE", VERDICTS) in {(each.code, each.file) for each in found.findings}
    assert "DIRTY_TREE" in found.codes[NUMBER]


def test_the_audit_says_that_its_own_code_is_not_what_was_sealed(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not any("other code" in note for note in project.audit(1).notes)
    scripts = project.own("workflow_scripts")
    regrade = scripts / "wideband/audit/regrade.py"
    regrade.write_text(regrade.read_text().replace("if len(wrong):", "if False:"))
    monkeypatch.setattr(own_code, "SCRIPTS", scripts)
    assert any("wideband.audit.regrade" in note for note in project.audit(1).notes)
    assert project.codes(1) == set()
    assert "CODE_DRIFT" in codes(project.audit(1, strict=True))


def test_a_manifest_tells_of_its_run_what_its_spec_says(project: Project) -> None:
    project.edit_json(f"{VERDICTS}.manifest.json", lambda m: m.pop("machine") and None)
    project.edit_json(f"{ROLLOUTS}.manifest.json", lambda m: m["seeds"].update(seed=1))
    rebuild(project.root)
    found = project.audit(0, 1)
    assert {(each.code, each.file) for each in found.findings} == {
        ("METADATA_LOST", VERDICTS),
        ("RECORD_FORGED", ROLLOUTS),
    }
