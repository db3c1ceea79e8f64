"""Held-out KL inside stages: its numbers, its figures by what training took, what an audit knows of it."""

from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest
from answer_results import STUDY, write_answers
from report_pages import Page

from wideband.audit.figures import check_figure
from wideband.audit.training import wrong_evaluations
from wideband.config import Study
from wideband.numbers import read_records, recompute, study_numbers, write_records
from wideband.report import build_site
from wideband.report.book import Book
from wideband.report.figures import learning
from wideband.report.pages import LEARNING, pages_of
from wideband.tables import read_table, write_table

ROOT = Path(__file__).parents[2]
LAWS = {"source": "distributions", "families": ["geometric", "binomial"], "draws": 2}
SLICES = {"picks": LAWS | {"split": "test"}, "training": LAWS | {"split": "train"}}
STAGE = {
    "method": "sft",
    "slice": "training",
    "steps": 2,
    "groups": 2,
    "eval": {"slice": "picks", "every": 1},
}
KL = {0: 8.0, 1: 2.0, 2: 0.5}
NUMBERS = [f"held_out_kl.picks.wide.rl@{step}" for step in KL]
LOG = "arms/wide/rl/eval_log.parquet"


def evaluated_study() -> Study:
    """The study of answers, trained on laws over numbers and evaluated meanwhile."""
    return Study.model_validate(STUDY | {"data": {"slices": SLICES}, "stages": {"rl": STAGE}})


def evaluations(root: Path) -> pd.DataFrame:
    """The items of the slice, the first of which is twice as far away as the mean."""
    uids = list(read_table(root / "data/picks.parquet", "problems")["uid"])
    rows = [(step, uid, mean * (2 if uid == uids[0] else 2 / 3)) for step, mean in KL.items() for uid in uids]
    return pd.DataFrame(rows, columns=["step", "uid", "kl"]).assign(arm="wide", stage="rl", slice="picks")


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    study, folder = evaluated_study(), tmp_path_factory.mktemp("evaluated")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        write_answers(study, folder)
    write_table(evaluations(folder), folder / LOG, "eval_log")
    log = folder / "arms/wide/rl/training_log.parquet"
    table = read_table(log, "training_log").assign(seconds=[2.0, 3.5], trained_tokens=[140, 160], loss=1.0)
    write_table(table, log, "training_log")
    write_records(study_numbers(study, folder), folder / "numbers.jsonl")
    build_site(study, folder, folder / "report")
    return folder


def test_each_number_is_the_mean_over_items_after_its_step(root: Path) -> None:
    records = {record.id: record for record in read_records(root / "numbers.jsonl")}
    for number, mean in zip(NUMBERS, KL.values(), strict=True):
        record = records[number]
        assert (record.value, record.unit, record.n) == (pytest.approx(mean), "nats", 4)
        assert 0.6 * mean < record.ci[0] < mean < record.ci[1] < 2.1 * mean
        assert recompute(record, root) == (record.value, record.ci)


def test_the_same_points_stand_by_steps_by_tokens_and_by_seconds(root: Path) -> None:
    plots = Page(root / "report/learning.html").plots()
    spent = {"step": [0, 1, 2], "trained_tokens": [0, 140, 300], "seconds": [0, 2.0, 5.5]}
    for column, places in spent.items():
        (trace,) = plots[f"plot-held-out-kl-picks-{column}"]["data"]
        assert trace["x"] == places
        assert trace["y"] == pytest.approx(list(KL.values()))
        assert (trace["name"], trace["customdata"]) == ("wide", NUMBERS)


def test_figures_have_their_data_below_and_pass_the_audit(root: Path) -> None:
    page = Page(root / "report/learning.html")
    assert "Data of this figure" in page.texts["summary"]
    assert {attributes["data-number"] for attributes, _ in page.numbers} >= set(NUMBERS)
    book = Book.read(root / "numbers.jsonl")
    for key, content in page.plots().items():
        assert not list(check_figure(book, ["wide", "picks"], "learning.html", key, "a table", content))
        content["data"][0]["y"][0] /= 2
        (finding,) = check_figure(book, ["wide", "picks"], "learning.html", key, "a table", content)
        assert finding.code == "TEXT_MISMATCH"


def test_a_study_has_a_page_of_learning_for_its_evaluations_alone() -> None:
    study = evaluated_study()
    assert learning.sections(study, Book({})) == []
    assert LEARNING in pages_of(study, ())
    without = {name: value for name, value in STAGE.items() if name != "eval"}
    assert LEARNING not in pages_of(
        Study.model_validate(STUDY | {"data": {"slices": SLICES}, "stages": {"rl": without}}), ()
    )


@pytest.mark.parametrize(
    ("forge", "said"),
    [
        (lambda log: log, None),
        (lambda log: log[log["step"] != 1], "does not hold each item of picks after steps 0, 1, 2"),
        (lambda log: log[1:], "does not hold each item of picks after steps 0, 1, 2"),
        (lambda log: log.assign(uid="other"), "does not hold each item of picks"),
        (
            lambda log: log.assign(arm="base_only"),
            "belongs to another evaluation than that of wide.rl on picks",
        ),
        (lambda log: log.assign(kl=-log["kl"]), "holds a divergence below 0"),
    ],
)
def test_the_audit_knows_which_items_are_evaluated_and_after_which_steps(root: Path, forge, said) -> None:
    results = SimpleNamespace(study=evaluated_study(), frame=lambda path: read_table(root / path, "problems"))
    job = SimpleNamespace(
        wildcards={"arm": "wide", "stage": "rl"}, spec=SimpleNamespace(params={"stage": STAGE})
    )
    found = list(wrong_evaluations(forge(read_table(root / LOG, "eval_log")), job, results))
    assert found == [] if said is None else any(said in each for each in found)
