"""Samples that the study's checkpoints did not give, and those that were chosen among others."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from audited import ELSEWHERE, NUMBER, ROLLOUTS, VERDICTS, Project, codes
from forging import count_again, later, rebuild

from wideband.audit import replay
from wideband.audit.choice import choose
from wideband.audit.finding import Finding
from wideband.audit.memo import Memo
from wideband.audit.results import Results
from wideband.config import load_study
from wideband.config.evaluation import Grading
from wideband.grading import grade_rollouts
from wideband.provenance.ledger import head, seal
from wideband.tables import read_table
from wideband.workflow.jobs import jobs

BEFORE = "arms/panel/math_continuation/rollouts/gsm8k_test.parquet"


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


def test_eight_forged_answers_of_a_small_table_are_always_among_those_sampled_again(project: Project) -> None:
    gold = pd.read_parquet(project.root / "data/gsm8k_test.parquet").set_index("uid")["gold"]

    def solved(frame: pd.DataFrame) -> pd.DataFrame:
        texts = [f"<panel>Easy.</panel>\n<answer>{gold[uid]}" for uid in frame["uid"][:8]]
        return frame.assign(completion=[*texts, *frame["completion"][8:]])

    project.edit_table(ROLLOUTS, solved)
    project.edit_table(VERDICTS, lambda frame: _graded(project, frame))
    results = _results(project, ROLLOUTS)
    for seed in map(str, range(5)):
        results.seed = seed
        (chosen,) = choose(results, 3)
        assert set(range(8)) & set(chosen.rows.index)
    assert [said.chance(8) for said in results.sampled] == [1] * 5


def _graded(project: Project, _: pd.DataFrame) -> pd.DataFrame:
    rollouts = read_table(project.root / ROLLOUTS, "rollouts")
    problems = read_table(project.root / "data/gsm8k_test.parquet", "problems")
    return grade_rollouts(rollouts, problems, "panel", Grading(), 0.2)


def _replayed(project: Project, *tables: str) -> list[Finding]:
    """L5 on the jobs of a few tables, so that only their checkpoints are loaded."""
    return list(replay.check(_results(project, *tables), Memo(None), least=8))


def _results(project: Project, *tables: str) -> Results:
    study = load_study("nano", project.folder)
    planned = jobs(study, Path())
    chosen = [job for job in planned if job.rule == "train" or set(job.outputs) & set(tables)]
    return Results(project.root, project.folder, study, chosen, lambda path: str(path))


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
