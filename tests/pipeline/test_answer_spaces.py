"""A study of answer spaces on nano's mixture of experts: run for real, made stale, audited and forged."""

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from audited import Project, codes
from changes import kept
from forging import rebuild
from workflow import Copy

from wideband.audit import laws
from wideband.audit.derived import Derived
from wideband.audit.memo import Memo
from wideband.audit.results import Results
from wideband.config import load_study
from wideband.metrics import by_item
from wideband.numbers import read_records, study_numbers, write_records
from wideband.tables import read_table, write_table
from wideband.workflow.jobs import jobs

METRICS = "workflow_scripts/wideband/metrics/by_item"
EXACT = "arms/wide/rl/loglikelihoods/picks.parquet"
COMPUTED = {"answers of every evaluation", "number records", "report"}
ASKED = {"source": "choice", "listed": True, "paraphrases": 2, "orders": 2}
DIRECT = {"scaffold": "direct", "prompt": "config/prompts/direct.txt"}


@pytest.fixture(scope="module")
def picks(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    """A finished study: one arm trained to pick any option, and the same checkpoints asked at T = 1.5."""
    copy = Copy(tmp_path_factory.mktemp("picks"))
    slices = {
        "asks": ASKED | {"split": "train", "spaces": ["integer_1_100"]},
        "picks": ASKED | {"split": "test", "spaces": ["integer_1_10", "weekday"]},
    }
    stage = {"slice": "asks", "steps": 2, "groups": 2, "group_size": 4, "max_tokens": 8, "lr": 1.0e-3}
    copy.write_study(
        "picks",
        data={"slices": slices},
        base__tokens=20_000,
        arms={"wide": DIRECT, "hot": DIRECT | {"policy": "wide", "sampling": {"temperature": 1.5}}},
        compare=["wide", "hot"],
        stages={"rl": stage | {"reward": "inverse_frequency"}},
        benchmarks={"picks": {"n": 4, "max_tokens": 8}},
    )
    file = copy.root / "config/studies/picks.yaml"
    file.write_text(re.sub(r"(?m)^band:\n( .*\n)+", "", file.read_text()))
    said = copy.snakemake("picks", "--cores", "2")
    assert said.returncode == 0, said.stdout[-6000:]
    return copy


@pytest.fixture
def project(picks: Copy, tmp_path: Path, back_home: None) -> Iterator[Project]:
    return Project(tmp_path, picks.root, "picks")


def test_every_checkpoint_has_the_law_of_every_item(picks: Copy) -> None:
    root = picks.results("picks")
    items = read_table(root / "data/picks.parquet", "problems")
    for cell in ("wide/base", "wide/rl", "hot/base", "hot/rl"):
        table = read_table(root / f"arms/{cell}/loglikelihoods/picks.parquet", "loglikelihoods")
        openings = read_table(root / f"arms/{cell}/next_tokens/picks.parquet", "next_tokens")
        assert set(openings["uid"]) == set(items["uid"])
        assert len(table) == items["options"].map(len).sum()
        assert (table["logprob"] < 0).all()
    cooler, hotter = (
        read_table(root / f"arms/{arm}/base/next_tokens/picks.parquet", "next_tokens")["entropy"]
        for arm in ("wide", "hot")
    )
    assert (hotter > cooler).all()


def test_numbers_of_items_spaces_gains_and_pairs_are_reported(picks: Copy) -> None:
    records = {each.id: each for each in read_records(picks.results("picks") / "numbers.jsonl")}
    for metric in set(by_item.names()) - {"loglikelihood_accuracy"}:
        assert records[f"{metric}.picks.wide.rl"].unit == by_item.load(metric).unit
        assert f"{metric}.gain.picks.wide.rl-base.weekday" in records
        assert f"{metric}.diff.picks.wide-hot.rl.p_holm" in records
    for metric in ("total_variation", "valid_mass", "order_spread", "wording_spread"):
        assert records[f"{metric}.picks.wide.rl"].n == 8
        assert 0 <= records[f"{metric}.picks.wide.rl"].value <= 1
    assert (picks.results("picks") / "report/answers.html").is_file()


def test_a_new_metric_makes_stale_what_computes_it_and_nothing_else(picks: Copy) -> None:
    folder = picks.root / METRICS
    with kept(folder):
        text = (folder / "top_mass.py").read_text()
        (folder / "novel.py").write_text(text.replace("top_mass", "novel"))
        assert set(picks.plan("picks").jobs) == COMPUTED
    with kept(folder):
        (folder / "top_mass.py").write_text(f"{text}\n\nMORE = 1\n")
        assert set(picks.plan("picks").jobs) == COMPUTED
    with kept(folder):
        # Of multiple choice, which this study has none of.
        other = folder / "loglikelihood_accuracy.py"
        other.write_text(f"{other.read_text()}\n\nMORE = 1\n")
        assert picks.plan("picks").jobs == []


def test_how_laws_are_computed_makes_stale_the_laws_and_what_follows(picks: Copy) -> None:
    file = picks.root / "workflow_scripts/wideband/likelihood/tries.py"
    with kept(file):
        file.write_text(f"{file.read_text()}\n\nMORE = 1\n")
        cells = {f"loglikelihood {arm}.{at}.picks" for arm in ("wide", "hot") for at in ("base", "rl")}
        assert set(picks.plan("picks").jobs) == COMPUTED | cells


def test_the_audit_verifies_it(project: Project) -> None:
    found = project.audit(0, 1, 2, 3, 4, 5, 6)
    assert found.findings == ()
    assert found.verdict == "VERIFIED"


def test_laws_that_were_changed_are_tampered_with_and_give_other_numbers(project: Project) -> None:
    project.edit_table(EXACT, flat)
    found = project.audit()
    assert codes(found) == {"OUTPUT_TAMPERED", "NUMBER_MISMATCH"}
    assert "OUTPUT_TAMPERED" in found.codes["total_variation.picks.wide.rl"]
    assert "total_variation.picks.hot.base" not in found.codes


def test_answers_that_were_left_out_or_doubled_are_found(project: Project) -> None:
    project.edit_table(EXACT, lambda frame: frame[1:])
    assert "SAMPLES_MISSING" in project.codes(3)
    shutil.copy2(project.root / "arms/wide/base/loglikelihoods/picks.parquet", project.root / EXACT)
    assert "SAMPLES_FOREIGN" in project.codes(3)


def test_flat_laws_with_all_records_are_caught_by_replay(project: Project) -> None:
    project.edit_table(EXACT, flat)
    study, planned = load_study("picks", project.folder), jobs(load_study("picks", project.folder), Path())
    results = Results(project.root, project.folder, study, planned, str)
    path = "metrics/answers/wide/rl/picks.parquet"
    write_table(Derived(results).frame(path), project.root / path, "metrics")
    code = next(job.spec.code for job in planned if job.rule == "number_records")
    write_records(study_numbers(study, project.root, code), project.root / "numbers.jsonl")
    rebuild(project.root)
    assert project.codes(0, 1, 2, 3, 4) == set()
    found = list(laws.check(results, Memo(None)))
    assert [(each.code, each.file) for each in found] == [("REPLAY_MISMATCH", EXACT)]


def flat(frame: pd.DataFrame) -> pd.DataFrame:
    """Every answer as likely as the others, and hardly anything else."""
    return frame.assign(logprob=np.log(0.99 * frame["target_mass"]))


def test_manifests_count_items_and_answers(picks: Copy) -> None:
    manifest = json.loads((picks.results("picks") / f"{EXACT}.manifest.json").read_text())
    assert manifest["notes"]["items"] == 8
    assert manifest["notes"]["answers"] == 4 * 10 + 4 * 7
