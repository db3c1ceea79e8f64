"""L5, exact laws: log-probabilities of all answers to a random choice of items are computed again.

Neighbours in a packed line, other processors and numbers of threads change them by rounding alone. What
differs by more than the tolerance of its precision is of another policy, or of none.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby

import pandas as pd

from ..scaffolds import get
from ..tables import read_table
from ..workflow import layout
from ..workflow.jobs import PlannedJob
from .choice import seeded
from .finding import Finding
from .memo import Memo
from .policies import Policy, dtype, is_here, places, quiet, weights
from .results import UNREADABLE, Results

# Items of a table. A quarter of it forged is then missed in three of ten audits, half of it in one of 16.
ITEMS = 4
# Nats, for each token of an answer and each nat that it is unlikely; of a token's mass, the same number.
TOLERANCE = {"float32": 1e-4, "bfloat16": 0.05}


def check(results: Results, memo: Memo) -> Iterator[Finding]:
    """REPLAY_MISMATCH for each table with an item whose answers its checkpoint does not give so."""
    jobs = sorted((job for job in results.planned if job.rule == "loglikelihood"), key=_policy)
    for policy, listed in groupby(jobs, key=_policy):
        if is_here(results, policy, "asked for its laws again"):
            for job in listed:
                yield from _table(results, memo, job)


def _policy(job: PlannedJob) -> Policy:
    return job.wildcards["arm"], job.wildcards["checkpoint"]


def _table(results: Results, memo: Memo, job: PlannedJob) -> Iterator[Finding]:
    try:
        exact, openings, problems = (
            read_table(results.root / path, name)
            for path, name in (
                (job.outputs[0], "loglikelihoods"),
                (job.outputs[1], "next_tokens"),
                (layout.PROBLEMS.format(slice=job.wildcards["slice"]), "problems"),
            )
        )
    except UNREADABLE:
        return
    chosen = problems.iloc[seeded(results, job.outputs[0]).permutation(len(problems))[:ITEMS]]
    paths = [results.root / path for path in job.outputs]
    key = ["laws", job.spec.digest, *weights(results, _policy(job)), *map(results.digest, paths)]
    try:
        yield from memo.findings(
            [*key, list(chosen["uid"])], lambda: _again(results, job, chosen, exact, openings)
        )
    except Exception as error:
        # Whatever a damaged checkpoint makes a model library raise, it is an answer to the question asked.
        detail = f"cannot be computed again: {type(error).__name__}: {error}"
        yield Finding("REPLAY_MISMATCH", 5, detail, job.outputs[0])


def _again(
    results: Results, job: PlannedJob, chosen: pd.DataFrame, exact: pd.DataFrame, openings: pd.DataFrame
) -> list[Finding]:
    tables, allowed = (exact, openings), TOLERANCE[dtype(results, _policy(job))]
    with quiet():
        again = _computed(results, job, chosen)
    found = []
    for path, stored, now, compare in zip(job.outputs, tables, again, (_answers, _openings), strict=True):
        rows = stored[stored["uid"].isin(set(chosen["uid"]))]
        wrong = compare(rows, now, allowed)
        found += [Finding("REPLAY_MISMATCH", 5, wrong, path)] if wrong else []
    return found


def _computed(results: Results, job: PlannedJob, chosen: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Both tables of the chosen items again."""
    from ..likelihood import laws
    from ..likelihood.items import questions
    from ..likelihood.tables import loglikelihoods, next_tokens
    from ..policy.base import load_tokenizer
    from ..policy.load import sampling_policy
    from ..sampling.prompts import prompts, renderer

    base, adapter = places(results, _policy(job))
    params, tokenizer = job.spec.params, load_tokenizer(base)
    render = renderer(get(params["scaffold"]), params["template"], tokenizer)
    asked = questions(chosen, prompts(chosen, render))
    found = laws(sampling_policy(base, adapter), tokenizer, asked, params["temperature"])
    uids = list(chosen["uid"])
    return (
        loglikelihoods(job.wildcards, uids, asked, found),
        next_tokens(job.wildcards, uids, found, tokenizer),
    )


def _answers(stored: pd.DataFrame, again: pd.DataFrame, allowed: float) -> str | None:
    """The first answer that is more or less likely than the table says; None without one."""
    key = ["uid", "option"]
    both = stored.merge(again, on=key, how="right", suffixes=("", "_again"))
    for row in both.to_dict("records"):
        named = f"{row['uid']} {row['option']!r}"
        if row["tokens"] != row["tokens_again"]:
            return f"{named}: has {row['tokens_again']} tokens, not {row['tokens']}"
        was, now = row["logprob"], row["logprob_again"]
        room = allowed * (row["tokens"] - now)
        # Not `>`: what is not a number is not within anything.
        if not abs(was - now) <= room:
            return f"{named}: log-probability is {was:.6g}, computed again {now:.6g}"
        was, now = row["per_prefix"], row["per_prefix_again"]
        # Of answers without mass it is nothing.
        if not (abs(was - now) <= room or (pd.isna(was) and pd.isna(now))):
            return f"{named}: its part in the mean over prefixes is {was:.6g}, computed again {now:.6g}"
    return None


def _openings(stored: pd.DataFrame, again: pd.DataFrame, allowed: float) -> str | None:
    """The first item that begins otherwise than the table says; None without one."""
    both = stored.merge(again, on="uid", how="right", suffixes=("", "_again"))
    for row in both.to_dict("records"):
        entropies = row["entropy"], row["entropy_again"]
        if not abs(entropies[0] - entropies[1]) <= allowed * (1 + entropies[1]):
            return f"{row['uid']}: entropy is {entropies[0]:.6g}, computed again {entropies[1]:.6g}"
        was, now = (
            _masses(row[f"leading_tokens{suffix}"], row[f"leading_masses{suffix}"])
            for suffix in ("", "_again")
        )
        # A token that only one side lists has at most the least mass of the other.
        apart = [
            abs(was.get(token, min(was.values())) - now.get(token, min(now.values()))) for token in was | now
        ]
        if not max(apart) <= allowed:
            return f"{row['uid']}: its leading tokens are others, computed again"
    return None


def _masses(tokens: Sequence[str], masses: Sequence[float]) -> dict[str, float]:
    return dict(zip(tokens, map(float, masses), strict=True))
