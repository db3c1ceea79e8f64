"""A small study of answer spaces, and a results folder with synthetic tables for all its numbers."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from metric_tables import embeddings, rollouts

from wideband.config import Study
from wideband.config.data import Data
from wideband.config.parameters import parameters
from wideband.data.slices import build_slice
from wideband.metrics.answers import answers_table, around_answers
from wideband.metrics.cost import cost_table
from wideband.metrics.diversity import diversity_table
from wideband.numbers import study_numbers, write_records
from wideband.numbers.plan import arm_path, metric_path
from wideband.report import build_site
from wideband.spaces.of_items import space_of
from wideband.tables import write_table

ROOT = Path(__file__).parents[2]

ASKED = {
    "source": "choice",
    "split": "test",
    "spaces": ["card_suit", "planet", "integer_1_100"],
    "listed": True,
}
STUDY = {
    "name": "answers",
    "title": "Any option",
    "data": {
        "slices": {
            "picks": {**ASKED, "paraphrases": 2, "orders": 2},
            "training": {**ASKED, "split": "train", "spaces": ["card_suit", "planet"]},
        }
    },
    "base": {"kind": "pretrain", "name": "nano"},
    "arms": {
        "wide": {"scaffold": "direct", "prompt": "config/prompts/direct.txt"},
        "base_only": {"scaffold": "direct", "prompt": "config/prompts/direct.txt", "train": False},
    },
    "compare": ["wide", "base_only"],
    "stages": {
        "rl": {"slice": "training", "steps": 2, "groups": 2, "group_size": 4, "reward": "inverse_frequency"}
    },
    "benchmarks": {"picks": {"n": 6}},
    "statistics": {"resamples": 100},
}


def answer_study() -> Study:
    """One trained arm and an untrained one, asked for any of the options of two spaces."""
    return Study.model_validate(STUDY)


def many_arms() -> Study:
    """Seven arms with long names, five of them trained."""
    asked = {"scaffold": "direct", "prompt": "config/prompts/direct.txt"}
    trained = [f"trained_with_a_long_name_{letter}" for letter in "abcde"]
    arms = {
        "untrained": {**asked, "train": False},
        "untrained_but_sampled_hot": {**asked, "policy": "untrained", "sampling": {"temperature": 1.5}},
        **{arm: {**asked, "against": "untrained"} for arm in trained},
    }
    picks = {**ASKED, "spaces": ["card_suit", "fruit", "integer_1_100"], "orders": 1}
    slices = {**STUDY["data"]["slices"], "picks": picks}
    return Study.model_validate({**STUDY, "data": {"slices": slices}, "arms": arms, "compare": None})


def metrics_shown(study: Study) -> set[str]:
    """The metrics by item that the study has on its benchmark."""
    return set(study.metrics("wide", "rl", "picks"))


def write_answers(study: Study, root: Path) -> None:
    """Tables of every arm and checkpoint; run in the project's folder, which has the answer spaces."""
    params = parameters("slice", study, {"slice": "picks"})
    problems = build_slice("picks", Data.model_validate(params["data"]), params.get("spaces"))
    write_table(problems, root / "data/picks.parquet", "problems")
    rng = np.random.default_rng(3)
    for cell in study.evaluations():
        _evaluate(study, root, cell, problems, rng)
    log = pd.DataFrame({"step": [1, 2]}).assign(
        stage="rl", reward=0.5, correct=0.0, valid=0.9, tag_valid=1.0, entropy=1.0, kl=None,
        tokens=100, trained_tokens=140, sampled_rollouts=8.0, sampled_tokens=100.0, groups_zero_variance=0.0,
        undecided=0.0, loss=None, lr=1e-3, grad_norm=1.0, seconds=2.0, peak_bytes=1,
    )  # fmt: skip
    for arm in study.trained():
        write_table(log.assign(arm=arm), root / f"arms/{arm}/rl/training_log.parquet", "training_log")


def _evaluate(
    study: Study, root: Path, cell: tuple[str, str, str], problems: pd.DataFrame, rng: np.random.Generator
) -> None:
    key = dict(zip(("arm", "checkpoint", "slice"), cell, strict=True))
    exact, judged = [], []
    for row in problems.to_dict("records"):
        space = space_of(row)
        masses = rng.dirichlet(np.ones(len(space.options) + 1))
        exact += [
            {
                **key,
                "uid": row["uid"],
                "option": option,
                "logprob": np.log(mass),
                "tokens": 2,
                "target_mass": q,
                "per_prefix": rng.random() if q else None,
            }
            for option, mass, q in zip(space.options, masses[:-1], space.law, strict=True)
        ]
        said = rng.choice([*space.options, "neither"], study.benchmarks[cell[2]].n, p=masses)
        judged += [
            {**key, "uid": row["uid"], "sample": sample, "answer": answer, "valid": answer != "neither"}
            for sample, answer in enumerate(said)
        ]
    laws = pd.DataFrame(exact)
    verdicts = pd.DataFrame(judged).assign(
        grader="math-verify", correct=None, tag_valid=True, reward=None, status="no_gold", grader_version="4"
    )
    drawn = rollouts(verdicts, rng.integers(1, 9, len(verdicts)))
    drawn["completion"] = [f"{each}\nand on" if each > "k" else each for each in verdicts["answer"]]
    around = around_answers(drawn, "direct", study.task_of(cell[2]))
    vectors = embeddings(verdicts, rng.normal(size=(len(verdicts), 4)))
    write_table(drawn, root / arm_path("rollouts", *cell), "rollouts")
    write_table(verdicts, root / arm_path("verdicts", *cell), "verdicts")
    write_table(laws, root / arm_path("loglikelihoods", *cell), "loglikelihoods")
    tables = {
        "answers": answers_table(key, problems, laws, verdicts, study.metrics(*cell), around),
        "cost": cost_table(drawn, verdicts),
        "diversity": diversity_table(drawn, verdicts, vectors, list(verdicts["answer"]), study.diversity),
    }
    for metric, table in tables.items():
        write_table(table, root / metric_path(metric, *cell), "metrics")


def built_report(study: Study, folder: Path) -> Path:
    """The report of invented results of a study, which are written beside it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        write_answers(study, folder)
    write_records(study_numbers(study, folder), folder / "numbers.jsonl")
    build_site(study, folder, folder / "report")
    return folder / "report"
