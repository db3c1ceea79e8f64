"""Answer spaces in a study on a mixture of experts: exact laws, their numbers, staleness, and forgers."""

import json
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

from wideband import tasks
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
EXACT = "arms/direct/picking/loglikelihoods/picks.parquet"
COMPUTED = {"answers of every evaluation", "number records", "report"}


@pytest.fixture
def project(asked: Copy, tmp_path: Path, back_home: None) -> Iterator[Project]:
    return Project(tmp_path, asked.root, "asked")


def test_every_checkpoint_has_the_law_of_every_item(asked: Copy) -> None:
    root = asked.results("asked")
    items = read_table(root / "data/picks.parquet", "problems")
    for cell in ("direct/base", "direct/picking", "hot/base", "hot/picking"):
        table = read_table(root / f"arms/{cell}/loglikelihoods/picks.parquet", "loglikelihoods")
        openings = read_table(root / f"arms/{cell}/next_tokens/picks.parquet", "next_tokens")
        assert set(openings["uid"]) == set(items["uid"])
        assert len(table) == items["options"].map(len).sum()
        assert (table["logprob"] < 0).all()
    cooler, hotter = (
        read_table(root / f"arms/{arm}/base/next_tokens/picks.parquet", "next_tokens")["entropy"]
        for arm in ("direct", "hot")
    )
    assert (hotter > cooler).all()


def test_numbers_of_items_spaces_gains_and_pairs_are_reported(asked: Copy) -> None:
    records = {each.id: each for each in read_records(asked.results("asked") / "numbers.jsonl")}
    applying = by_item.applying(tasks.load("choice").GIVES, lambda _: True)
    assert "chi_square_rejected.picks.direct.picking.planet" in records
    for metric in (name for name in applying if not by_item.is_test(name)):
        assert records[f"{metric}.picks.direct.picking"].unit == by_item.load(metric).unit
        assert f"{metric}.gain.picks.direct.picking-base.planet" in records
        assert f"{metric}.diff.picks.direct-hot.picking.p_holm" in records
    for metric in ("total_variation", "valid_mass", "order_spread", "wording_spread"):
        assert records[f"{metric}.picks.direct.picking"].n == 8
        assert 0 <= records[f"{metric}.picks.direct.picking"].value <= 1
    assert (asked.results("asked") / "report/answers.html").is_file()


def test_numbers_from_stated_distributions_have_their_exact_laws_and_a_page(asked: Copy) -> None:
    root = asked.results("asked")
    items = read_table(root / "data/numbers.parquet", "problems")
    exact = read_table(root / "arms/direct/base/loglikelihoods/numbers.parquet", "loglikelihoods")
    records = {each.id: each for each in read_records(root / "numbers.jsonl")}
    distances = []
    for row in items.to_dict("records"):
        law = exact[exact["uid"] == row["uid"]].set_index("option").loc[list(row["options"])]
        assert law["target_mass"].to_numpy() == pytest.approx(row["masses"])
        distances.append((row["masses"] * (np.log(row["masses"]) - law["logprob"])).sum())
    assert records["kl_divergence.numbers.direct.base"].value == pytest.approx(np.mean(distances))
    assert records["wasserstein_by_range.gain.numbers.direct.picking-base.poisson"].n == 1
    assert (root / "report/calibration.html").is_file()


def test_multiple_choice_is_decided_by_the_likeliest_letter(asked: Copy) -> None:
    root = asked.results("asked")
    table = read_table(root / "arms/direct/base/loglikelihoods/questions.parquet", "loglikelihoods")
    likeliest = table.loc[table.groupby("uid")["logprob"].idxmax()].set_index("uid")["option"]
    golds = read_table(root / "data/questions.parquet", "problems").set_index("uid")["gold"]
    records = {each.id: each for each in read_records(root / "numbers.jsonl")}
    accuracy = records["loglikelihood_accuracy.questions.direct.base"]
    assert (accuracy.value, accuracy.n) == (pytest.approx((likeliest == golds[likeliest.index]).mean()), 3)
    assert "total_variation.questions.direct.base" not in records


def test_a_scaffold_that_asks_for_a_working_has_sampled_answers_only(asked: Copy) -> None:
    root = asked.results("asked")
    ids = {each.id for each in read_records(root / "numbers.jsonl")}
    assert "sampled_valid.picks.plain.base" in ids
    assert "valid_mass.picks.plain.base" not in ids
    assert not list(root.glob("arms/plain/*/loglikelihoods/*"))


def test_a_new_metric_makes_stale_what_computes_it_and_nothing_else(asked: Copy) -> None:
    folder = asked.root / METRICS
    with kept(folder):
        text = (folder / "top_mass.py").read_text()
        (folder / "novel.py").write_text(text.replace("top_mass", "novel"))
        assert set(asked.plan("asked").jobs) == COMPUTED
    with kept(folder):
        (folder / "top_mass.py").write_text(f"{text}\n\nMORE = 1\n")
        assert set(asked.plan("asked").jobs) == COMPUTED


def test_how_laws_are_computed_makes_stale_the_laws_and_what_follows(asked: Copy) -> None:
    file = asked.root / "workflow_scripts/wideband/likelihood/packed.py"
    with kept(file):
        file.write_text(f"{file.read_text()}\n\nMORE = 1\n")
        cells = {
            f"loglikelihood {arm}.{at}.{name}"
            for arm in ("direct", "hot")
            for at in ("base", "picking")
            for name in ("numbers", "picks", "questions", "tales")
        }
        assert set(asked.plan("asked").jobs) == COMPUTED | cells


def test_laws_that_were_changed_are_tampered_with_and_give_other_numbers(project: Project) -> None:
    project.edit_table(EXACT, flat)
    found = project.audit()
    assert codes(found) == {"OUTPUT_TAMPERED", "NUMBER_MISMATCH"}
    assert "OUTPUT_TAMPERED" in found.codes["total_variation.picks.direct.picking"]
    assert "total_variation.picks.hot.base" not in found.codes


def test_answers_that_were_left_out_or_doubled_are_found(project: Project) -> None:
    project.edit_table(EXACT, lambda frame: frame[1:])
    assert "SAMPLES_MISSING" in project.codes(3)
    shutil.copy2(project.root / "arms/direct/base/loglikelihoods/picks.parquet", project.root / EXACT)
    assert "SAMPLES_FOREIGN" in project.codes(3)


def test_flat_laws_with_all_records_are_caught_by_replay(project: Project) -> None:
    project.edit_table(EXACT, flat)
    study, planned = load_study("asked", project.folder), jobs(load_study("asked", project.folder), Path())
    results = Results(project.root, project.folder, study, planned, str)
    path = "metrics/answers/direct/picking/picks.parquet"
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


def test_manifests_count_items_and_answers(asked: Copy) -> None:
    manifest = json.loads((asked.results("asked") / f"{EXACT}.manifest.json").read_text())
    assert manifest["notes"]["items"] == 8
    assert manifest["notes"]["answers"] == 4 * 8 + 4 * 4
