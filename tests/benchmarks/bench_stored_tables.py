"""Metrics of a study of 13 checkpoints × 15 tasks × 500 prompts × 16 outputs, from stored tables.

The scripts of the rules passk, cost, diversity, entailment and texts read tables of EVALUATIONS (13; the
study has 195) with PROMPTS (500) prompts each, in two processes. The tables are invented: MADE are made and
stand for all. Outputs are those of bench_texts.py, embeddings as wide as those of all-mpnet-base-v2; three
sentences of every pair of a prompt's outputs are judged. What the study would take is scaled from what ran.
"""

import importlib.util
import os
import resource
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from itertools import combinations
from math import comb
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
from bench_texts import CORES, OUTPUTS, evaluation
from harness import ROOT, write
from stored import graded_rollouts

from wideband.config.evaluation import Diversity, Entailment, Texts
from wideband.tables import write_table

WIDTH, MADE, STUDY, SENTENCES = 768, 3, 13 * 15, 3
KIND = "wordpiece30522"
SIZES = {"PROMPTS": 500, "EVALUATIONS": 13}
READ = {
    "texts": ("rollouts", "verdicts", "embeddings"),
    "diversity": ("rollouts", "verdicts", "embeddings"),
    "entailment": ("entailment", "rollouts", "verdicts"),
    "cost": ("rollouts", "verdicts"),
    "passk": ("verdicts",),
}
# Jobs that share their evaluations among processes.
SHARED = ("texts", "diversity")
PARAMS: dict[str, Any] = {
    "scaffolds": {"a": "chat"},
    "diversity": Diversity().model_dump(mode="json"),
    "entailment": Entailment().model_dump(mode="json"),
    "texts": Texts(tokens=[KIND]).model_dump(mode="json"),
    "tokens": {"a": [KIND]},
    "bases": {},
}


def main() -> None:
    """Print and write the figures."""
    prompts, evaluations = (int(os.environ.get(name, most)) for name, most in SIZES.items())
    with tempfile.TemporaryDirectory() as name:
        folder, rows = Path(name), []
        for at in range(min(MADE, evaluations)):
            _make(folder / str(at), prompts, at)
        started = time.perf_counter()
        rows += [_ran(rule, folder, evaluations) for rule in SHARED]
        # Each of the others is a job of one process; the longest begins first.
        others = [rule for rule in READ if rule not in SHARED]
        with ProcessPoolExecutor(CORES) as pool:
            rows += pool.map(_ran, others, [folder] * len(others), [evaluations] * len(others))
        wall = time.perf_counter() - started
    scale = STUDY / evaluations
    for row in rows:
        minutes = row["cpu_s"] * scale / 60
        print(f"{row['rule']:12} {row['cpu_s']:8.1f} CPU s; the study: {minutes:6.1f} CPU min")
    cpu = sum(row["cpu_s"] for row in rows)
    print(
        f"all          {cpu:8.1f} CPU s, {wall:.1f} s of wall time on {CORES} processes; the study: "
        f"{cpu * scale / 60 / CORES:.1f} min on {CORES} idle cores, {wall * scale / 60:.1f} min as it ran"
    )
    told = {"evaluations": evaluations, "prompts": prompts, "cpu_s": cpu, "wall_s": wall}
    write("stored_tables", [*rows, told])


def _ran(rule: str, folder: Path, evaluations: int) -> dict[str, Any]:
    """The script of a rule on so many evaluations, and its processor seconds."""
    cells = [(folder / str(at % MADE), folder / rule / f"{at}.parquet") for at in range(evaluations)]
    read = {table: [place / f"{table}.parquet" for place, _ in cells] for table in READ[rule]}
    job = SimpleNamespace(
        input=SimpleNamespace(**read, models=[]),
        output=SimpleNamespace(tables=[written for _, written in cells]),
        params=PARAMS,
        threads=CORES,
    )
    script = _script(rule)
    before = _processor_seconds()
    script.main(job)
    return {"rule": rule, "cpu_s": _processor_seconds() - before}


def _script(rule: str) -> Any:
    found = importlib.util.spec_from_file_location(f"script_{rule}", ROOT / f"workflow_scripts/{rule}.py")
    script = importlib.util.module_from_spec(found)
    # Processes of a job find the script's functions by its name.
    sys.modules[found.name] = script
    found.loader.exec_module(script)
    return script


def _processor_seconds() -> float:
    spent = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in spent)


def _make(folder: Path, prompts: int, seed: int) -> None:
    """The stored tables of an evaluation."""
    random = np.random.default_rng(seed)
    usable, _ = evaluation(prompts, random)
    rows = len(usable)
    key = usable[["uid", "sample"]].assign(arm="a", checkpoint="base", slice="s")
    rollouts, verdicts = graded_rollouts(key, usable["body"], usable["correct"], random)
    vectors = random.normal(1, 1, (rows, WIDTH)).astype(np.float32)
    tables = {"rollouts": rollouts, "verdicts": verdicts, "embeddings": key.assign(vector=list(vectors))}
    for name, table in {**tables, "entailment": _judged(usable["uid"].unique(), random)}.items():
        write_table(table, folder / f"{name}.parquet", name)


def _judged(uids: np.ndarray, random: np.random.Generator) -> pd.DataFrame:
    inside = [(uid, uid, one, two) for uid in uids for one, two in combinations(range(OUTPUTS), 2)]
    drawn = random.choice(len(uids), (Entailment().across, 2))
    across = dict.fromkeys((uids[a], uids[b], 0, 0) for a, b in np.sort(drawn, axis=1) if a != b)
    pairs = pd.DataFrame([*inside, *across], columns=["uid", "other", "first", "second"])
    pairs = pairs.loc[pairs.index.repeat(SENTENCES)].reset_index(drop=True)
    chances = random.dirichlet([1, 1, 1], (2, len(pairs)))
    return pairs.assign(
        arm="a",
        checkpoint="base",
        slice="s",
        place=np.tile(np.arange(SENTENCES), len(pairs) // SENTENCES),
        possible=np.where(pairs["uid"] == pairs["other"], comb(OUTPUTS, 2), comb(len(uids), 2)),
        entails=chances[0, :, 0],
        contradicts=chances[0, :, 1],
        entails_back=chances[1, :, 0],
        contradicts_back=chances[1, :, 1],
    )


if __name__ == "__main__":
    main()
