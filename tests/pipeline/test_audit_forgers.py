"""What somebody does who can write to the whole results folder: forge memories, grind, seal again."""

import json
import os
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from audited import CELL, ELSEWHERE, NUMBER, VERDICTS, Project, codes
from forging import flip, rebuild, records, sealed_again

from wideband.audit import embeddings, selection, training
from wideband.audit.memo import Memo
from wideband.audit.recompute import requests
from wideband.audit.results import Results
from wideband.config import load_study
from wideband.provenance.cache import PLACE
from wideband.provenance.digests import path_digest
from wideband.provenance.ledger import head
from wideband.workflow.jobs import jobs

EMBEDDINGS = f"arms/{CELL}/embeddings/gsm8k_test.parquet"
LOG = f"arms/{CELL}/training_log.parquet"


def remembered(project: Project, honest: Path, *paths: str) -> None:
    """What a driver would remember of files, with the digests that they had before they were forged."""
    known = {}
    for path in paths:
        stat = (project.root / path).stat()
        state = [stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino]
        known[f"results/{project.study}/{path}"] = [state, path_digest(honest / path)]
    (project.root / PLACE).write_text(json.dumps(known))
    (project.root / "audit/cache.json").write_text("{}")


def test_what_a_forger_remembers_for_the_audit_is_not_believed(project: Project, audited: Path) -> None:
    honest, anchor = audited / "results/nano", head(project.root)
    records(project, lambda record: record.update(value=0.4321))
    project.edit_table(VERDICTS, flip)
    remembered(project, honest, "numbers.jsonl", VERDICTS)
    found = project.audit(0, 3, 4)
    assert {"OUTPUT_TAMPERED", "NUMBER_MISMATCH", "SCORE_MISMATCH"} <= codes(found)
    assert codes(project.audit(0, anchor=anchor)) == {"OUTPUT_TAMPERED"}
    assert not set(ELSEWHERE) & found.codes.keys()


@pytest.mark.parametrize(
    "change",
    [
        lambda record: record.update(fingerprint="0" * 64),
        lambda record: record["inputs"][0].update(digest="0" * 64),
        lambda record: record["inputs"][0].update(rows=7),
    ],
    ids=["code", "digest of its table", "rows of its table"],
)
def test_what_a_record_says_of_its_origin_is_checked(project: Project, change) -> None:
    records(project, change)
    rebuild(project.root)
    found = project.audit(0, 3)
    assert codes(found) == {"NUMBER_MISMATCH"}
    assert found.codes == {NUMBER: {"NUMBER_MISMATCH"}}


def test_verdicts_name_the_grader_that_made_them(project: Project) -> None:
    project.edit_table(VERDICTS, lambda frame: frame.assign(grader_version="0+math-verify-0.0.0"))
    rebuild(project.root)
    found = project.audit(0, 4)
    assert codes(found) == {"SCORE_MISMATCH"}
    assert found.codes[NUMBER] == {"SCORE_MISMATCH"}


def _results(project: Project, *outputs: str) -> Results:
    """The results as the audit sees them; with outputs, as if their jobs were all that the study plans."""
    study = load_study("nano", project.folder)
    planned = [job for job in jobs(study, Path()) if not outputs or set(outputs) & set(job.outputs)]
    return Results(project.root, project.folder, study, planned, path_digest)


def _turned(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.assign(vector=[np.roll(vector, 1) for vector in frame["vector"]])


def test_forged_embeddings_are_embedded_again_and_told_from_the_sealed_ones(project: Project) -> None:
    anchor = head(project.root)
    assert list(embeddings.check(_results(project, EMBEDDINGS), Memo(None))) == []
    project.edit_table(EMBEDDINGS, _turned)
    sealed_again(project, EMBEDDINGS)
    assert "HEAD_MISMATCH" not in codes(project.audit(0, anchor=anchor))
    found = [
        *embeddings.check(_results(project, EMBEDDINGS), Memo(None)),
        *selection.check(_results(project)),
    ]
    assert {(each.code, each.file) for each in found} == {
        ("REPLAY_MISMATCH", EMBEDDINGS),
        ("SELECTION", EMBEDDINGS),
    }


def test_a_forged_log_of_training_is_not_what_training_gives_or_gave(project: Project) -> None:
    assert list(training.check(_results(project))) == []
    project.edit_table(LOG, lambda frame: frame.assign(reward=frame["reward"] + 0.3))
    sealed_again(project, LOG)
    told = [each for each in training.check(_results(project)) if each.file == LOG]
    assert {each.code for each in told} == {"NUMBER_MISMATCH"}
    assert any("reward" in each.detail for each in told)


def test_a_log_of_training_whose_job_is_said_to_have_noted_it_is_a_second_outcome(project: Project) -> None:
    project.edit_table(LOG, lambda frame: frame.assign(entropy=frame["entropy"] / 2))
    (wrong,) = training.check(_results(project))
    assert "recorded" in wrong.detail
    sealed_again(project, LOG)
    assert list(training.check(_results(project))) == []
    assert {(each.code, each.file) for each in selection.check(_results(project))} == {("SELECTION", LOG)}


def test_the_choice_of_what_is_sampled_again_cannot_be_ground(project: Project) -> None:
    seeds = {project.audit(0, anchor=head(project.root)).seed for _ in range(2)}
    assert len(seeds) == 2
    assert project.audit(0).seed == project.audit(0).seed not in seeds
    assert project.audit(0, seed="11").seed == "11"


def test_an_edited_state_is_no_result_of_anybody(project: Project) -> None:
    for place in ("arms/panel/.mine.parquet", "arms/.mine/a.parquet", "logs/a.parquet", "state/train/mine/a"):
        (project.root / place).parent.mkdir(parents=True, exist_ok=True)
        (project.root / place).write_bytes(b"mine")
    (project.root / "arms/panel/.a.parquet.77.tmp").write_bytes(b"half")
    # What a tracker keeps is its own.
    events = project.root / "logs/trackers/tensorboard/panel.one/0123/events.1"
    events.parent.mkdir(parents=True)
    events.touch()
    found = project.audit(0)
    assert {each.file for each in found.findings} == {
        "arms/panel/.mine.parquet",
        "arms/.mine/a.parquet",
        "logs/a.parquet",
        "state/train/mine/a",
    }
    assert codes(found) == {"UNTRACKED_OUTPUT"}
    assert found.codes == {}


def test_a_broken_check_of_the_data_touches_what_had_to_pass_it_and_no_more(project: Project) -> None:
    project.edit("data/gsm8k_test.golds.json", lambda text: text + " ")
    found = project.audit(0)
    assert codes(found) == {"OUTPUT_TAMPERED"}
    assert NUMBER in found.codes
    assert "pass@1.math_test.panel.olympiad_rlvr" not in found.codes
    asked = requests(_results(project))
    assert found.codes.keys() == {
        each.id for each in asked if any("/gsm8k_test." in path for path in each.paths)
    }


def test_results_may_be_a_link(project: Project, tmp_path: Path) -> None:
    elsewhere = tmp_path / "scratch"
    shutil.move(project.folder / "results", elsewhere)
    os.symlink(elsewhere, project.folder / "results")
    assert project.codes(0, 1) == set()
