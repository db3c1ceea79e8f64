"""Stages that are evaluated while they train, from the slices to the audit."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import yaml
from audited import Project
from workflow import Copy

from wideband.numbers import read_records
from wideband.tables import read_table

DRAWN = {"source": "distributions", "families": ["geometric", "poisson"], "decimals": 1}
SLICES = {
    "numbers_train": {**DRAWN, "split": "train", "draws": 4},
    "numbers": {**DRAWN, "split": "test", "draws": 2, "exclude": ["numbers_train"]},
    # No benchmark: nothing but the evaluations asks for these.
    "apart": {**DRAWN, "split": "test", "draws": 3, "exclude": ["numbers_train"]},
}
EVAL = {"slice": "apart", "every": 2}
STAGE = {"slice": "numbers_train", "steps": 3, "groups": 2, "lr": 1.0e-3, "eval": EVAL}
DIRECT = {"scaffold": "direct", "prompt": "config/prompts/direct.txt"}
ARMS = ("soft", "hard")


def study(copy: Copy, name: str, slices: dict[str, dict]) -> None:
    copy.write_study(
        name,
        data={"slices": slices},
        arms={
            **{arm: {**DIRECT, "stages": [f"{arm}_stage"]} for arm in ARMS},
            "plain": {"scaffold": "plain", "prompt": "config/prompts/plain_micro.txt", "train": False},
        },
        compare=[ARMS],
        stages={
            "soft_stage": {"method": "soft_target", **STAGE},
            "hard_stage": {"method": "sft", "samples": 4, **STAGE},
        },
        benchmarks={"numbers": {"n": 2, "max_tokens": 8}},
    )
    file = copy.root / f"config/studies/{name}.yaml"
    content = yaml.safe_load(file.read_text())
    del content["band"]
    file.write_text(yaml.safe_dump(content))


@pytest.fixture(scope="module")
def evaluated(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    """A finished study of two arms; leave it as it is."""
    copy = Copy(tmp_path_factory.mktemp("evaluated"))
    study(copy, "evaluated", SLICES)
    said = copy.snakemake("evaluated", "--cores", "2")
    assert said.returncode == 0, said.stdout[-6000:]
    return copy


@pytest.fixture
def project(evaluated: Copy, tmp_path: Path, back_home: None) -> Iterator[Project]:
    return Project(tmp_path, evaluated.root, "evaluated")


def test_both_arms_begin_alike_and_have_a_number_for_each_evaluation(evaluated: Copy) -> None:
    root = evaluated.results("evaluated")
    records = {record.id: record for record in read_records(root / "numbers.jsonl")}
    items, found = read_table(root / "data/apart.parquet", "problems"), {}
    for arm in ARMS:
        log = read_table(root / f"arms/{arm}/{arm}_stage/eval_log.parquet", "eval_log")
        assert len(log) == 3 * len(items) and set(log["uid"]) == set(items["uid"])
        for step in (0, 2, 3):
            record = records[f"held_out_kl.apart.{arm}.{arm}_stage@{step}"]
            assert record.value == pytest.approx(log.loc[log["step"] == step, "kl"].mean())
            assert record.n == len(items)
            found[arm, step] = record.value
    assert found["soft", 0] == found["hard", 0] > 0
    assert found["soft", 3] != found["hard", 3] and np.isfinite(list(found.values())).all()
    page = (root / "report/learning.html").read_text()
    assert {f'id="plot-held-out-kl-apart-{spent}"' in page for spent in ("seconds", "step")} == {True}


def test_the_audit_verifies_evaluations_and_names_a_log_that_was_changed(project: Project) -> None:
    found = project.audit()
    assert (found.verdict, found.findings) == ("VERIFIED", ())
    path = project.root / "arms/soft/soft_stage/eval_log.parquet"
    path.write_bytes(path.read_bytes()[:-1] + b"!")
    assert "OUTPUT_TAMPERED" in {finding.code for finding in project.audit().findings}


def test_held_out_items_that_are_trained_on_stop_the_study_before_training(tmp_path: Path) -> None:
    copy = Copy(tmp_path)
    study(copy, "leaking", SLICES | {"apart": {**DRAWN, "split": "train", "draws": 2}})
    said = copy.snakemake("leaking", "results/leaking/data/leakage.json", "--cores", "2")
    assert said.returncode != 0
    assert "numbers_train and apart share 4" in said.stdout, said.stdout[-3000:]
