"""A small, invented, contract-valid results folder for the tests of the report: seeded, no model involved."""

import hashlib
from pathlib import Path

import numpy as np
import pandas as pd
import yaml

from wideband.band import classify
from wideband.config import Study
from wideband.metrics.cost import cost_table
from wideband.metrics.diversity_names import CORRECT, DIVERSITY_METRICS
from wideband.metrics.passk import passk_table
from wideband.metrics.per_problem import column, long_table
from wideband.numbers import study_numbers, write_records
from wideband.tables import write_table

REPO = Path(__file__).resolve().parents[2]
PROBLEMS = 16
SKILL = {"panel": 0.22, "think": 0.26, "plain": 0.15}
GAIN = {"panel": 0.13, "think": 0.08}
WORDING = {"panel": ("Ada", "Ben", "Cleo"), "think": ("First", "Then", "So"), "plain": ("Compute",)}


def study(**changes: object) -> Study:
    """The nano study with longer stages and a benchmark less, with `changes` to its document."""
    document = yaml.safe_load((REPO / "config/studies/nano.yaml").read_text())
    document["name"], document["title"] = "invented", "Panel and think on invented rollouts"
    for stage in document["stages"].values():
        stage["steps"] = 20
    document["stages"]["olympiad_rlvr"]["publish_every"] = 5
    del document["benchmarks"]["math_test"]
    document["statistics"]["resamples"] = 100
    document.update(changes)
    return Study.model_validate(document)


def write_results(made: Study, root: Path) -> None:
    """Write the tables of `made` under its results folder `root`, and its numbers by wideband.numbers."""
    write_tables(made, root)
    write_records(study_numbers(made, root), root / "numbers.jsonl")


def write_tables(made: Study, root: Path) -> None:
    """Write every table of `made` under its results folder `root`."""
    for name in made.benchmarks:
        write_table(_problems(name, PROBLEMS), root / f"data/{name}.parquet", "problems")
    write_table(_problems(made.band.pool, 48), root / f"data/{made.band.pool}.parquet", "problems")
    for arm, settings in made.arms.items():
        for place, checkpoint in enumerate(_checkpoints(made, arm)):
            for name, benchmark in made.benchmarks.items():
                _evaluation(root, arm, checkpoint, name, benchmark.n, place)
        if settings.train and made.stages:
            _training(made, root, arm)


def _checkpoints(made: Study, arm: str) -> list[str]:
    steps = [step for stage in made.stages for step in made.step_checkpoints(stage)]
    return made.checkpoints(arm) + (steps if made.arms[arm].train else [])


def random(*names: object) -> np.random.Generator:
    """A generator for these names."""
    return np.random.default_rng(list(hashlib.blake2s("/".join(map(str, names)).encode()).digest()))


def _problems(name: str, count: int) -> pd.DataFrame:
    draws = random("problems", name)
    rows = []
    for place in range(count):
        first, second = (int(value) for value in draws.integers(3, 90, 2))
        text = f"A school buys {first} boxes of pencils and {second} boxes of pens. How many boxes is that?"
        rows.append(
            {
                "uid": f"{name}-{place:03d}",
                "source": f"tier {'ABCD'[place % 4]}",
                "split": "test",
                "task": "math",
                "problem": text,
                "gold": str(first + second),
                "level": 1 + place % 5,
                "subject": "algebra" if place % 2 else None,
                "year": None,
                "answer_type": "integer",
                "space": None,
                "options": None,
                "masses": None,
                "distribution": None,
                "turns": None,
                "solutions": None,
                "chosen": None,
                "rejected": None,
            }
        )
    return pd.DataFrame(rows)


def _draws(arm: str, checkpoint: str, name: str, n: int, place: int, count: int = PROBLEMS) -> np.ndarray:
    """Correctness (count, n): problems differ in ease, policies in skill, training helps."""
    ease = random("ease", name).normal(0, 0.18, count)
    skill = SKILL.get(arm, 0.2) + GAIN.get(arm, 0.1) * min(place, 3)
    return random(arm, checkpoint, name).random((count, n)) < np.clip(skill + ease, 0.0, 1.0)[:, None]


def _evaluation(root: Path, arm: str, checkpoint: str, name: str, n: int, place: int) -> None:
    rollouts, verdicts = tables(arm, checkpoint, name, _draws(arm, checkpoint, name, n, place))
    folder = root / "arms" / arm / checkpoint
    write_table(rollouts, folder / "rollouts" / f"{name}.parquet", "rollouts")
    write_table(verdicts, folder / "verdicts" / f"{name}.parquet", "verdicts")
    found = {
        "passk": passk_table(verdicts),
        "cost": cost_table(rollouts, verdicts),
        "diversity": _diversity(arm, checkpoint, name, place, passk_table(verdicts)),
    }
    for metric, table in found.items():
        write_table(table, root / f"metrics/{metric}/{arm}/{checkpoint}/{name}.parquet", "metrics")


def _diversity(arm: str, checkpoint: str, name: str, place: int, passk: pd.DataFrame) -> pd.DataFrame:
    """Values of the right size that fall along the chain; correct rollouts are few, so some are undefined."""
    draws, n_correct = random("diversity", arm, checkpoint, name), column(passk, "n_correct").to_numpy()
    every, columns = column(passk, "n_correct", "n").to_numpy(), {}
    for suffix, n in (("", every), (CORRECT, n_correct.astype(int))):
        for metric, size in zip(DIVERSITY_METRICS, (0.3, 0.28, 4.0, 3.0, 0.4, 5.0), strict=True):
            values = size * (1 - 0.09 * min(place, 3)) * (1 + 0.12 * draws.normal(size=len(n)))
            columns[f"{metric}{suffix}"] = (np.where(n > 1, values, np.nan), n)
    whose = {"arm": arm, "checkpoint": checkpoint, "slice": name}
    return long_table(whose, column(passk, "n_correct").index.to_numpy(), columns)


def tables(arm: str, checkpoint: str, name: str, correct: np.ndarray) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Rollouts and verdicts for a matrix of correctness (problems, n)."""
    draws, problems = random("texts", arm, checkpoint, name), _problems(name, len(correct))
    rollouts, verdicts = [], []
    for uid, gold, row in zip(problems["uid"], problems["gold"], correct, strict=True):
        for sample, right in enumerate(row):
            key = {"arm": arm, "checkpoint": checkpoint, "slice": name, "uid": uid, "sample": sample}
            answer = gold if right else str(int(gold) + int(draws.integers(1, 9)))
            steps = int(draws.integers(1, 5))
            rollouts.append({**key, **_completion(arm, answer, steps, draws)})
            verdicts.append(
                {
                    **key,
                    "grader": "math-verify",
                    "answer": answer,
                    "correct": bool(right),
                    "valid": True,
                    "tag_valid": steps < 4,
                    "reward": float(right) - 0.2 * (steps == 4),
                    "status": "verified",
                    "grader_version": "1",
                }
            )
    return pd.DataFrame(rollouts), pd.DataFrame(verdicts)


def _completion(arm: str, answer: str, steps: int, draws: np.random.Generator) -> dict[str, object]:
    voices = WORDING.get(arm, ("Step",))
    lines = [
        f"{voices[at % len(voices)]}: {draws.integers(2, 40)} + {draws.integers(2, 40)} <b>"
        for at in range(steps)
    ]
    body = "\n".join(lines)
    tag = "mutipersonaDebate" if arm == "panel" else "think"
    text = f"{body}\n<answer>{answer}" if arm == "plain" else f"<{tag}>{body}</{tag}><answer>{answer}"
    return {
        "prompt_sha": "0" * 8,
        "completion": text,
        "token_ids": None,
        "completion_tokens": 14 * steps + int(draws.integers(0, 40)),
        "prompt_tokens": 40,
        "finish_reason": "stop",
        "seed": 1,
        "engine": "invented",
        "logprob": -3.0 * steps,
    }


def _training(made: Study, root: Path, arm: str) -> None:
    stage, pool = made.band_stage(), made.band.pool
    if stage:
        start = made.stage_before(stage, arm)
        _, verdicts = tables(arm, start, pool, _draws(arm, start, pool, made.band.n_samples, 2, 48))
        write_table(verdicts, root / f"arms/{arm}/{start}/verdicts/{pool}.parquet", "verdicts")
        write_table(classify(verdicts), root / f"arms/{arm}/{start}/band/{pool}.parquet", "band")
    for place, (name, stage) in enumerate(made.stages.items()):
        log = _log(arm, name, stage.steps, place)
        write_table(log, root / f"arms/{arm}/{name}/training_log.parquet", "training_log")


def _log(arm: str, stage: str, steps: int, place: int) -> pd.DataFrame:
    draws, at = random("log", arm, stage), np.arange(1, steps + 1)
    correct = np.clip(SKILL.get(arm, 0.2) + 0.1 * place + 0.004 * at + draws.normal(0, 0.05, steps), 0, 1)
    valid = np.clip(0.75 + 0.01 * at + draws.normal(0, 0.02, steps), 0, 1)
    return pd.DataFrame(
        {
            "arm": arm,
            "stage": stage,
            "step": at,
            "reward": correct + 0.2 * (valid - 1),
            "correct": correct,
            "valid": 1.0,
            "tag_valid": valid,
            "entropy": 0.7 - 0.12 * place - 0.004 * at + draws.normal(0, 0.02, steps),
            "kl": np.nan,
            "tokens": (1800 + 20 * at + draws.normal(0, 90, steps)).astype(int),
            "trained_tokens": 2400,
            "sampled_rollouts": 128.0,
            "sampled_tokens": 4000.0,
            "loss": None,
            "groups_zero_variance": np.clip(0.5 - 0.1 * place + draws.normal(0, 0.1, steps), 0, 1),
            "undecided": 0.0,
            "lr": 2e-3,
            "grad_norm": 0.8 + draws.random(steps),
            "seconds": 2.0 + draws.random(steps),
            "peak_bytes": 10**9,
        }
    )
