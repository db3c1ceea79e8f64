"""Every way to make a study's results say something else, and what the audit says to it."""

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from audited import OLD, Project
from forging import rebuild
from workflow import Copy

from wideband.audit import replay
from wideband.audit.derived import Derived
from wideband.audit.finding import Finding
from wideband.audit.memo import Memo
from wideband.audit.report import Audit
from wideband.audit.results import Results
from wideband.config import load_study
from wideband.config.evaluation import Grading
from wideband.grading import grade_rollouts
from wideband.numbers import study_numbers, write_records
from wideband.provenance.digests import canonical_json, text_digest
from wideband.provenance.ledger import NAME, head, seal
from wideband.tables import read_table, write_table
from wideband.workflow.jobs import jobs

CELL = "panel/olympiad_rlvr"
ROLLOUTS = f"arms/{CELL}/rollouts/gsm8k_test.parquet"
VERDICTS = f"arms/{CELL}/verdicts/gsm8k_test.parquet"
BEFORE = "arms/panel/math_continuation/rollouts/gsm8k_test.parquet"
ADAPTER = "arms/panel/olympiad_rlvr/adapter"
NUMBER = "pass@1.gsm8k_test.panel.olympiad_rlvr"
# Of another arm, and of the same arm on another benchmark: nothing above touches them.
ELSEWHERE = ("pass@1.gsm8k_test.think.base", "pass@1.math_test.plain.base")


@pytest.fixture(scope="module")
def audited(nano: Copy, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The finished study after a first audit, which the others remember."""
    folder = tmp_path_factory.mktemp("audited")
    project = Project(folder, nano.root)
    found = project.audit()
    assert found.findings == ()
    assert found.verdict == "VERIFIED"
    return folder


@pytest.fixture
def project(audited: Path, tmp_path: Path) -> Project:
    """A copy of it to tamper with."""
    return Project(tmp_path, audited)


def codes(found: Audit) -> set[str]:
    """The codes of all findings."""
    return {finding.code for finding in found.findings}


def flip(frame: pd.DataFrame) -> pd.DataFrame:
    """One wrong answer made a right one."""
    at = frame.index[~frame["correct"].astype(bool)][0]
    frame["correct"] = frame["correct"].astype(object)
    frame.loc[at, ["correct", "reward"]] = [True, 1.0]
    return frame


def later(project: Project, *outputs: str) -> None:
    """Let the jobs of outputs have ended at another moment, as those of a rerun did."""
    for output in outputs:
        project.edit_json(
            f"{output}.manifest.json", lambda m: m.update(ended="2031-01-01T00:00:00.000+00:00")
        )


def records(project: Project, change: Callable[[dict], None]) -> None:
    """Change the record of NUMBER."""

    def changed(text: str) -> str:
        lines = [json.loads(line) for line in text.splitlines()]
        change(next(line for line in lines if line["id"] == NUMBER))
        return "".join(json.dumps(line, separators=(", ", ": ")) + "\n" for line in lines)

    project.edit("numbers.jsonl", changed)


def count_again(project: Project) -> None:
    """Metrics and numbers as an honest rerun gives them."""
    study = load_study("nano", project.folder)
    os.chdir(project.folder)
    planned = jobs(study, Path())
    derived = Derived(Results(project.root, project.folder, study, planned, str))
    for job in planned:
        for path in job.outputs if job.rule in ("passk", "cost", "diversity") else ():
            write_table(derived.frame(path), project.root / path, "metrics")
    code = next(job.spec.code for job in planned if job.rule == "number_records")
    write_records(study_numbers(study, project.root, code), project.root / "numbers.jsonl")


@pytest.fixture(autouse=True)
def back_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)


def test_a_finished_study_is_verified_number_by_number(project: Project) -> None:
    found = project.audit()
    assert found.verdict == "VERIFIED"
    assert found.codes == {}
    assert len(found.ids) > 1000
    assert found.head == head(project.root)


@pytest.mark.parametrize(
    "change",
    [{"value": 0.4321}, {"ci": [0.1, 0.9]}, {"n": 7}, {"seed": 8}],
    ids=["value", "interval", "n", "seed"],
)
def test_a_changed_record_is_that_number_s_mismatch_alone(project: Project, change: dict) -> None:
    records(project, lambda record: record.update(change))
    found = project.audit()
    assert codes(found) == {"OUTPUT_TAMPERED", "NUMBER_MISMATCH"}
    assert found.codes == {NUMBER: {"NUMBER_MISMATCH"}}


def test_a_record_left_out_is_missed(project: Project) -> None:
    project.edit(
        "numbers.jsonl",
        lambda text: "".join(line + "\n" for line in text.splitlines() if f'"{NUMBER}"' not in line),
    )
    rebuild(project.root)
    found = project.audit()
    assert codes(found) == {"COVERAGE"}
    assert found.codes == {NUMBER: {"COVERAGE"}}


def test_a_flipped_verdict_is_seen_and_touches_only_what_rests_on_it(project: Project) -> None:
    project.edit_table(VERDICTS, flip)
    found = project.audit()
    assert codes(found) == {
        "OUTPUT_TAMPERED",
        "NUMBER_MISMATCH",
        "SCORE_MISMATCH",
    }
    assert {"OUTPUT_TAMPERED", "SCORE_MISMATCH"} <= found.codes[NUMBER]
    assert not set(ELSEWHERE) & found.codes.keys()


def test_a_flipped_verdict_counted_again_downstream_is_graded_again(project: Project) -> None:
    project.edit_table(VERDICTS, flip)
    count_again(project)
    rebuild(project.root)
    found = project.audit()
    assert codes(found) == {"SCORE_MISMATCH"}
    assert found.codes[NUMBER] == {"SCORE_MISMATCH"}
    assert not set(ELSEWHERE) & found.codes.keys()


def test_records_made_anew_are_forged_even_when_they_fit(project: Project) -> None:
    project.edit_table(VERDICTS, flip)
    rebuild(project.root, begin=False)
    assert "RECORD_FORGED" in project.codes(0)


def test_forged_completions_with_all_records_are_caught_by_the_anchor_and_by_replay(project: Project) -> None:
    anchor = head(project.root)
    gold = pd.read_parquet(project.root / "data/gsm8k_test.parquet").set_index("uid")["gold"]

    def solved(frame: pd.DataFrame) -> pd.DataFrame:
        texts = [f"<panel>Easy.</panel>\n<answer>{gold[uid]}" for uid in frame["uid"]]
        return frame.assign(completion=texts, finish_reason="stop")

    project.edit_table(ROLLOUTS, solved)
    project.edit_table(VERDICTS, lambda frame: _graded(project, frame))
    count_again(project)
    rebuild(project.root)
    assert project.codes(0, 1, 2, 3, 4) == set()
    found = project.audit(0, anchor=anchor)
    assert codes(found) == {"HEAD_MISMATCH"}
    assert found.codes.keys() == set(found.ids)
    assert [finding.file for finding in _replayed(project, ROLLOUTS)] == [ROLLOUTS]


def _graded(project: Project, _: pd.DataFrame) -> pd.DataFrame:
    rollouts = read_table(project.root / ROLLOUTS, "rollouts")
    problems = read_table(project.root / "data/gsm8k_test.parquet", "problems")
    return grade_rollouts(rollouts, problems, "panel", Grading(), 0.2)


def _replayed(project: Project, *tables: str) -> list[Finding]:
    """L5 on the jobs of a few tables, so that only their checkpoints are loaded."""
    study = load_study("nano", project.folder)
    planned = jobs(study, Path())
    chosen = [job for job in planned if job.rule == "train" or set(job.outputs) & set(tables)]
    results = Results(project.root, project.folder, study, chosen, lambda path: str(path))
    return list(replay.check(results, Memo(project.root, remember=False), least=8))


def test_replay_finds_nothing_in_what_was_sampled(project: Project) -> None:
    assert _replayed(project, ROLLOUTS, BEFORE) == []


def test_rollouts_of_another_checkpoint_are_foreign(project: Project) -> None:
    shutil.copy2(project.root / BEFORE, project.root / ROLLOUTS)
    found = project.codes()
    assert {"OUTPUT_TAMPERED", "SAMPLES_FOREIGN"} <= found
    assert found <= {"OUTPUT_TAMPERED", "SAMPLES_FOREIGN", "NUMBER_MISMATCH", "SCORE_MISMATCH", "INCOMPLETE"}


def test_rollouts_of_another_checkpoint_under_its_labels_are_caught_by_replay(project: Project) -> None:
    labelled = pd.read_parquet(project.root / BEFORE).assign(checkpoint="olympiad_rlvr")
    own = pd.read_parquet(project.root / ROLLOUTS)
    if labelled["completion"].equals(own["completion"]):
        pytest.skip("so small a training run changed no completion of this slice")
    project.edit_table(ROLLOUTS, lambda frame: labelled[list(frame.columns)])
    assert [finding.code for finding in _replayed(project, ROLLOUTS)] == ["REPLAY_MISMATCH"]


def _foreign(frame: pd.DataFrame) -> pd.DataFrame:
    return pd.concat([frame, frame.tail(1).assign(uid="nobody_0")], ignore_index=True)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda frame: frame.iloc[:-2], "SAMPLES_MISSING"),
        (lambda frame: pd.concat([frame, frame.head(1)], ignore_index=True), "SAMPLES_DUPLICATED"),
        (_foreign, "SAMPLES_FOREIGN"),
        (lambda frame: frame.assign(seed=frame["seed"] + 1), "SAMPLES_FOREIGN"),
        (lambda frame: frame.assign(prompt_sha="0" * 64), "SAMPLES_FOREIGN"),
    ],
    ids=["dropped", "duplicated", "foreign", "other seeds", "other prompts"],
)
def test_samples_are_those_of_the_study(project: Project, change: Callable, code: str) -> None:
    project.edit_table(ROLLOUTS, change)
    found = project.audit(0, 3)
    assert {"OUTPUT_TAMPERED", code} <= codes(found)
    assert code in found.codes[NUMBER]
    assert not set(ELSEWHERE) & found.codes.keys()


def test_a_benchmark_left_out_of_the_study_is_selection(project: Project) -> None:
    config = project.own("config")
    study = config / "studies/nano.yaml"
    lines = [line for line in study.read_text().splitlines() if "title: MATH tier" not in line]
    study.write_text("\n".join(lines) + "\n")
    found = project.audit(3)
    assert codes(found) >= {"SELECTION"}
    assert all("math_test" in finding.file for finding in found.findings if finding.code == "SELECTION")


def _second_run(project: Project) -> None:
    project.edit_table(ROLLOUTS, lambda frame: frame.assign(logprob=frame["logprob"] - 1))
    later(project, ROLLOUTS)
    rebuild(project.root, begin=False)


def test_an_earlier_run_put_back_is_selection(project: Project) -> None:
    names = (ROLLOUTS, f"{ROLLOUTS}.manifest.json")
    before = {name: (project.root / name).read_bytes() for name in names}
    _second_run(project)
    for name, content in before.items():
        (project.root / name).write_bytes(content)
    seal(project.root)
    found = project.audit(0, 3)
    assert {"RECORD_FORGED", "SELECTION"} <= codes(found)
    assert "SELECTION" in found.codes[NUMBER]


def test_the_same_evaluation_with_two_outcomes_is_selection(project: Project) -> None:
    _second_run(project)
    assert "SELECTION" in project.codes(3)


@pytest.mark.parametrize("change", ["edited", "added", "deleted"])
def test_files_of_a_checkpoint_are_named(project: Project, change: str) -> None:
    file = project.root / ADAPTER / "adapter_config.json"
    if change == "edited":
        file.write_text(file.read_text() + " ")
    elif change == "added":
        file.with_name("extra.bin").write_bytes(b"")
    else:
        file.unlink()
    (found,) = project.audit(0).findings
    assert (found.code, found.file) == ("OUTPUT_TAMPERED", ADAPTER)
    assert change in found.detail


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
    module = project.own("workflow_scripts") / "wideband/metrics/vendi.py"
    module.write_text(module.read_text() + "\n\nUNUSED = 1\n")
    os.utime(module, (OLD, OLD))
    found = project.audit(0, 1, 3)
    assert codes(found) == {"STALE_CODE"}
    assert all("wideband.metrics.vendi" in finding.detail for finding in found.findings)
    diverse = {number for number in found.codes if number.startswith("vendi.gsm8k_test.panel")}
    assert diverse and NUMBER not in found.codes


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


def test_a_failed_job_s_output_is_incomplete(project: Project) -> None:
    (project.root / f"{VERDICTS}.manifest.json").unlink()
    (project.root / VERDICTS).write_bytes(b"half a tab")
    (found,) = project.audit(0).findings
    assert (found.code, found.file) == ("INCOMPLETE", VERDICTS)


def test_a_truncated_table_is_no_traceback(project: Project) -> None:
    content = (project.root / VERDICTS).read_bytes()
    (project.root / VERDICTS).write_bytes(content[: len(content) // 2])
    found = project.audit()
    assert codes(found) == {"OUTPUT_TAMPERED", "INCOMPLETE"}
    assert found.codes[NUMBER] == {"OUTPUT_TAMPERED", "INCOMPLETE"}
    assert not set(ELSEWHERE) & found.codes.keys()


def _shortened(project: Project) -> None:
    (project.root / f"{VERDICTS}.manifest.json").write_text("{")


@pytest.mark.parametrize(
    ("tamper", "code"),
    [
        (
            lambda p: p.edit_json(f"{VERDICTS}.manifest.json", lambda m: m["seeds"].update(a=1)),
            "RECORD_FORGED",
        ),
        (_shortened, "RECORD_FORGED"),
        (lambda p: (p.root / f"{VERDICTS}.manifest.json").unlink(), "RECORD_MISSING"),
        (lambda p: (p.root / VERDICTS).unlink(), "INCOMPLETE"),
        (lambda p: (p.root / "data/mine.parquet").write_bytes(b"mine"), "UNTRACKED_OUTPUT"),
        (lambda p: (p.root / "report/index.html").write_text("<p>1</p>"), "OUTPUT_TAMPERED"),
    ],
    ids=["edited", "shortened", "removed", "output gone", "untracked", "report"],
)
def test_manifests_and_outputs_belong_together(project: Project, tamper: Callable, code: str) -> None:
    tamper(project)
    found = project.audit(0)
    assert codes(found) == {code}
    assert not set(ELSEWHERE) & found.codes.keys()


def _lines(project: Project, change: Callable[[list[str]], list[str]]) -> None:
    project.edit(NAME, lambda text: "".join(change(text.splitlines(keepends=True))))


@pytest.mark.parametrize(
    "change",
    [
        lambda lines: [*lines[:5], lines[5].replace('"rule":"', '"rule":"x'), *lines[6:]],
        lambda lines: [*lines[:5], *lines[6:]],
        lambda lines: lines[:-1],
        lambda lines: [*lines[:5], lines[6], lines[5], *lines[7:]],
        lambda lines: [*lines[:-1], lines[-1][:40]],
        lambda lines: [*lines[:5], "{}\n", *lines[6:]],
    ],
    ids=["edited", "removed", "last removed", "reordered", "torn", "no line"],
)
def test_the_chain_of_the_ledger_holds_or_is_broken(project: Project, change: Callable) -> None:
    _lines(project, change)
    assert project.codes(0) == {"LEDGER_BROKEN"}


def test_without_a_ledger_nothing_is_verified(project: Project) -> None:
    (project.root / NAME).unlink()
    found = project.audit(0)
    assert codes(found) == {"LEDGER_BROKEN"}
    assert found.codes.keys() == set(found.ids)


def test_a_job_that_read_something_undeclared_says_so(project: Project) -> None:
    project.edit_json(f"{VERDICTS}.manifest.json", lambda m: m.update(undeclared=["results/nano/secret.txt"]))
    rebuild(project.root)
    found = project.audit(0, 2)
    assert codes(found) == {"UNDECLARED_INPUT"}
    assert found.codes[NUMBER] == {"UNDECLARED_INPUT"}


def test_an_input_that_nobody_wrote_breaks_the_lineage(project: Project) -> None:
    def other(manifest: dict) -> None:
        read = next(each for each in manifest["inputs"] if each["name"] == "adapter")
        read["path"] = read["path"].replace("olympiad_rlvr", "math_continuation")

    project.edit_json(f"{ROLLOUTS}.manifest.json", other)
    rebuild(project.root)
    found = project.audit(0, 2)
    assert codes(found) == {"LINEAGE_BROKEN"}
    assert "LINEAGE_BROKEN" in found.codes[NUMBER]


def test_garbage_everywhere_gives_findings_and_no_traceback(project: Project) -> None:
    random = np.random.default_rng(3)
    files = sorted(path for path in project.root.rglob("*") if path.is_file())
    for path in random.choice(np.array(files, dtype=object), 120, replace=False):
        path.write_bytes(random.bytes(50))
    found = project.audit(0, 1, 2, 3, 4, 6)
    assert found.verdict == "FAILED"
    assert {"OUTPUT_TAMPERED", "RECORD_FORGED"} <= codes(found)
