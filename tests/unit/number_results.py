"""A results folder with synthetic tables for every number of a study."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
from metric_tables import embeddings, rollouts, verdicts

from wideband.band import classify
from wideband.config import Study
from wideband.entailment import between, entailment_table, load
from wideband.metrics.cost import cost_table
from wideband.metrics.diversity import diversity_table, usable
from wideband.metrics.entailment import entailment_metrics
from wideband.metrics.passk import passk_table
from wideband.metrics.texts import texts_table
from wideband.numbers.plan import arm_path, metric_path
from wideband.numbers.plan_arms import climb_checkpoints
from wideband.tables import write_table

PROBLEMS = 12
Told = Callable[[pd.DataFrame], pd.DataFrame]


def as_graded(table: pd.DataFrame) -> pd.DataFrame:
    """Verdicts as they are."""
    return table


def write_results(study: Study, root: Path, solve: float = 0.4, told: Told = as_graded) -> None:
    """Tables of every arm, checkpoint and benchmark; `solve`: mean pass rate; `told` changes verdicts."""
    rng = np.random.default_rng(5)
    for arm in study.arms:
        for checkpoint in study.checkpoints(arm):
            for name, benchmark in study.benchmarks.items():
                _evaluate(study, root, (arm, checkpoint, name), benchmark.n, solve, rng, told)
        for checkpoint in climb_checkpoints(study, arm):
            _evaluate(study, root, (arm, checkpoint, study.band.heldout.slice), 2, solve, rng, told)
        if study.arms[arm].train:
            _train(study, root, arm, solve, rng, told)
    pool = pd.DataFrame(
        {"uid": [f"p{i}" for i in range(PROBLEMS)], "source": ["amc", "aime"] * (PROBLEMS // 2)}
    )
    pool = pool.assign(
        split="pool",
        task="math",
        problem="?",
        gold="1",
        level=1,
        subject="a",
        year=2024,
        answer_type="int",
        space=None,
        options=None,
        masses=None,
        distribution=None,
        turns=None,
        solutions=None,
        chosen=None,
        rejected=None,
    )
    write_table(pool, root / f"data/{study.band.pool}.parquet", "problems")


def _graded(key: tuple[str, str, str], n: int, solve: float, rng: np.random.Generator) -> pd.DataFrame:
    rates = np.clip(rng.beta(1, 1, PROBLEMS) * 2 * solve, 0, 1)
    outcomes = {f"p{i}": (rng.random(n) < rate).tolist() for i, rate in enumerate(rates)}
    return verdicts(outcomes, arm=key[0], checkpoint=key[1], slice=key[2])


def _evaluate(
    study: Study,
    root: Path,
    key: tuple[str, str, str],
    n: int,
    solve: float,
    rng: np.random.Generator,
    told: Told,
) -> None:
    graded = told(_graded(key, n, solve, rng))
    drawn = rollouts(graded, rng.integers(5, 60, len(graded)))
    texts = [f"{a} plus {b}" for a, b in rng.integers(0, 9, (len(graded), 2))]
    vectors = embeddings(graded, rng.normal(size=(len(graded), 6)))
    write_table(drawn, root / arm_path("rollouts", *key), "rollouts")
    write_table(graded, root / arm_path("verdicts", *key), "verdicts")
    tables = {
        "passk": passk_table(graded),
        "cost": cost_table(drawn, graded),
        "diversity": diversity_table(drawn, graded, vectors, texts, study.diversity),
    }
    if study.texts:
        spoken = [" ".join(rng.choice(["so", "the", "sum", "is", "two", "of"], 14)) for _ in texts]
        rows = usable(drawn, graded, vectors, spoken)
        tables["texts"] = texts_table(rows, drawn, study.texts.tokens, study.texts)
    if study.entailment:
        judged = entailment_table(
            drawn, between(drawn, texts, study.entailment), load(study.entailment.model)
        )
        write_table(judged, root / arm_path("entailment", *key), "entailment")
        tables["entailment"] = entailment_metrics(judged, drawn, graded, study.entailment)
    for metric, table in tables.items():
        write_table(table, root / metric_path(metric, *key), "metrics")


def _train(study: Study, root: Path, arm: str, solve: float, rng: np.random.Generator, told: Told) -> None:
    start = study.stage_before(study.band_stage(), arm)
    key = (arm, start, study.band.pool)
    graded = told(_graded(key, study.band.n_samples, solve, rng))
    write_table(graded, root / arm_path("verdicts", *key), "verdicts")
    write_table(classify(graded), root / arm_path("band", *key), "band")
    for stage, body in study.stages.items():
        log = pd.DataFrame({"step": range(1, body.steps + 1)}).assign(
            arm=arm,
            stage=stage,
            reward=0.5,
            correct=0.4,
            valid=0.95,
            tag_valid=0.9,
            entropy=1.0,
            kl=None,
            tokens=100,
            trained_tokens=140,
            sampled_rollouts=128.0,
            sampled_tokens=4000.0,
            groups_zero_variance=0.1,
            loss=None,
            undecided=0.0,
            lr=1e-3,
            grad_norm=1.0,
            seconds=2.0,
            peak_bytes=1,
        )
        write_table(log, root / f"arms/{arm}/{stage}/training_log.parquet", "training_log")
