"""L5: a seeded choice of rollouts, sampled again from the checkpoint.

On a CPU in fp32 they must be the same: text, counts of tokens and finish reason, and log-probabilities up to
LOGPROB nats a token. Rounding depends on a batch's other rows, and once in about a million tokens it decides;
so a table with a difference is sampled again as the job did it, in the very same batches, before it is a
finding. Where equality cannot hold (bf16, a GPU, a vLLM server) see `likelihood`.
"""

import logging
import math
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ..sampling.seeds import derive_seed
from ..tables import read_table
from ..workflow import layout
from ..workflow.jobs import PlannedJob
from .finding import Finding
from .likelihood import unlikely
from .memo import Memo
from .results import UNREADABLE, Results

LEAST = 48
LOGPROB = 1e-3
EXACT = ("completion", "completion_tokens", "prompt_tokens", "finish_reason")
KEY = ["uid", "sample"]


@dataclass(frozen=True)
class Chosen:
    """Rows of one table of rollouts, to be sampled again."""

    job: PlannedJob
    rollouts: pd.DataFrame
    rows: pd.DataFrame
    problems: pd.DataFrame

    @property
    def policy(self) -> tuple[str, str]:
        """Arm and checkpoint."""
        return self.job.wildcards["arm"], self.job.wildcards["checkpoint"]


def check(results: Results, memo: Memo, least: int = LEAST) -> Iterator[Finding]:
    """REPLAY_MISMATCH for each table with a rollout that its checkpoint does not give.

    At least `least` rollouts are chosen, as many of every table; the ledger's head is the seed of the choice,
    so that nobody who writes a ledger knows it beforehand.
    """
    chosen = sorted(choose(results, least), key=lambda each: each.policy)
    for policy, tables in groupby(chosen, key=lambda each: each.policy):
        listed = list(tables)
        away = _away(results, policy)
        if away:
            results.skipped.add(5)
            named = ".".join(policy)
            results.notes.append(f"{named}: not sampled again, its base model is not here ({away})")
        else:
            yield from memo.findings(_key(results, policy, listed), lambda t=listed: _replayed(results, t))


def _away(results: Results, policy: tuple[str, str]) -> str | None:
    """Why a published base model cannot be had on this machine; None when it can, and for the study's own."""
    if results.study.base_of(policy[0]).kind == "pretrain":
        return None
    from ..policy.base import load_tokenizer

    try:
        load_tokenizer(_places(results, policy)[0])
    except (OSError, ValueError, KeyError) as error:
        return str(error).split("\n")[0]
    return None


def choose(results: Results, least: int) -> Iterator[Chosen]:
    """The same number of rows of every table, correct ones first: nobody forges wrong answers."""
    jobs = [job for job in results.planned if job.rule == "sample"]
    each = math.ceil(least / max(1, len(jobs)))
    head = results.entries[-1]["hash"] if results.entries else ""
    for job in jobs:
        try:
            rollouts = read_table(results.root / job.outputs[0], "rollouts")
            problems = layout.PROBLEMS.format(slice=job.wildcards["slice"])
            table = read_table(results.root / problems, "problems")
        except UNREADABLE:
            continue
        random = np.random.default_rng(derive_seed("replay", head, job.outputs[0]))
        rows = _drawn(rollouts, _correct(results, job), each, random)
        yield Chosen(job, rollouts, rows, table)


def _drawn(
    rollouts: pd.DataFrame, correct: set[tuple[str, int]], count: int, random: np.random.Generator
) -> pd.DataFrame:
    order = random.permutation(len(rollouts))
    keys = list(zip(rollouts["uid"], rollouts["sample"], strict=True))
    good = [at for at in order if keys[at] in correct][: math.ceil(count / 2)]
    return rollouts.iloc[[*good, *(at for at in order if at not in set(good))][:count]]


def _correct(results: Results, job: PlannedJob) -> set[tuple[str, int]]:
    verdicts = results.frame(layout.VERDICTS.format(**job.wildcards))
    if verdicts is None or not {*KEY, "correct"} <= set(verdicts.columns):
        return set()
    right = verdicts[verdicts["correct"].eq(True).fillna(False).astype(bool)]
    return set(zip(right["uid"], right["sample"], strict=True))


def _places(results: Results, policy: tuple[str, str]) -> tuple[Path, Path | None]:
    """Folders of the base model and of the adapter."""
    arm, checkpoint = policy
    base = layout.MODEL.format(base=results.study.base_of(arm).name)
    adapter = layout.ADAPTER.format(arm=arm, checkpoint=checkpoint)
    return results.root / base, results.root / adapter if adapter in results.jobs else None


def _key(results: Results, policy: tuple[str, str], tables: list[Chosen]) -> list[Any]:
    folders = [each for each in _places(results, policy) if each and each.exists()]
    paths = [results.root / path for each in tables for path in each.job.outputs]
    rows = [each.rows[KEY].to_numpy().tolist() for each in tables]
    specs = [each.job.spec.digest for each in tables]
    return ["replayed", *policy, *map(results.digest, [*folders, *paths]), rows, specs]


def _replayed(results: Results, tables: list[Chosen]) -> Iterator[Finding]:
    places = _places(results, tables[0].policy)
    try:
        exact = _is_exact(results, tables[0])
        with _quiet(), _engine(results, tables[0]) if exact else nullcontext() as engine:
            for chosen in tables:
                wrong = _different(chosen, engine, places[0]) if exact else unlikely(chosen, *places)
                if wrong:
                    yield Finding("REPLAY_MISMATCH", 5, wrong, chosen.job.outputs[0])
    except Exception as error:
        # Whatever a damaged checkpoint makes a model library raise, it is an answer to the question asked.
        for chosen in tables:
            detail = f"cannot be sampled again: {type(error).__name__}: {error}"
            yield Finding("REPLAY_MISMATCH", 5, detail, chosen.job.outputs[0])


@contextmanager
def _quiet() -> Iterator[None]:
    """Bars and warnings of the model libraries are about jobs, not about the audit."""
    from transformers.utils import logging as transformers_logging

    transformers_logging.disable_progress_bar()
    logging.captureWarnings(True)
    logging.getLogger("py.warnings").setLevel(logging.ERROR)
    try:
        yield
    finally:
        logging.captureWarnings(False)


def _is_exact(results: Results, chosen: Chosen) -> bool:
    import torch

    manifest = results.manifests.get(chosen.job.outputs[0], {})
    machine = manifest.get("machine")
    gpus = isinstance(machine, dict) and machine.get("gpus")
    base = results.study.base_of(chosen.policy[0])
    fp32 = base.kind == "pretrain" or base.dtype == "float32"
    ours = chosen.job.spec.params["sampling"]["engine"] == "transformers"
    return ours and fp32 and not gpus and not torch.cuda.is_available()


def _engine(results: Results, chosen: Chosen) -> Any:
    from ..config.policy import Sampling
    from ..policy.base import load_tokenizer
    from ..sampling.open import open_engine

    base, adapter = _places(results, chosen.policy)
    settings = Sampling.model_validate(chosen.job.spec.params["sampling"])
    # One thread, as the rule `sample` has.
    return open_engine(settings, base, adapter, load_tokenizer(base), 1)


def _different(chosen: Chosen, engine: Any, base: Path) -> str | None:
    found = _first_difference(chosen.rows, _sampled(chosen, chosen.rows, engine, base))
    if found is None:
        return None
    whole = _sampled(chosen, chosen.rollouts, engine, base)
    return _first_difference(chosen.rows, whole.loc[chosen.rows.index])


def _sampled(chosen: Chosen, rows: pd.DataFrame, engine: Any, base: Path) -> pd.DataFrame:
    """These rows again, in their order, by the same engine."""
    from ..policy.base import load_tokenizer
    from ..sampling.prompts import renderer
    from ..sampling.requests import Request, Settings
    from ..scaffolds import get

    params, scaffold = chosen.job.spec.params, get(chosen.job.spec.params["scaffold"])
    render = renderer(scaffold, params["template"], load_tokenizer(base))
    texts = chosen.problems.set_index("uid")["problem"]
    requests = [
        Request(render(texts[uid]), int(seed)) for uid, seed in zip(rows["uid"], rows["seed"], strict=True)
    ]
    settings = Settings(params["temperature"], params["max_tokens"], scaffold.stop)
    done = engine.sample(requests, settings)
    return pd.DataFrame(
        {
            "completion": [each.text for each in done],
            "completion_tokens": [each.tokens for each in done],
            "prompt_tokens": [each.prompt_tokens for each in done],
            "finish_reason": [each.finish_reason for each in done],
            "logprob": [each.logprob for each in done],
        },
        index=rows.index,
    )


def _first_difference(stored: pd.DataFrame, again: pd.DataFrame) -> str | None:
    for (_, was), (_, now) in zip(stored.iterrows(), again.iterrows(), strict=True):
        for name in EXACT:
            if was[name] != now[name]:
                said = f"{name} is {was[name]!r}, sampled again {now[name]!r}"
                return f"{was['uid']} sample {was['sample']}: {said}"
        if abs(was["logprob"] - now["logprob"]) > LOGPROB * max(1, was["completion_tokens"]):
            said = f"logprob is {was['logprob']:.4f}, sampled again {now['logprob']:.4f}"
            return f"{was['uid']} sample {was['sample']}: {said}"
    return None
