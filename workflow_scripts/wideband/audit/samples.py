"""L3, first part: tables hold exactly the samples and answers that the study asks for."""

from collections.abc import Iterable, Iterator, Sequence
from functools import partial

import pandas as pd
from blake3 import blake3

from .. import scaffolds
from ..errors import WidebandError
from ..lists import listed
from ..policy.endpoint import Endpoint
from ..sampling.endpoint_prompts import render
from ..sampling.seeds import SEEDLESS, derive_seed
from ..spaces.of_items import scored_space
from ..workflow import layout
from ..workflow.jobs import PlannedJob
from .finding import Finding
from .results import Results

KEY = ["uid", "sample"]
ANSWER = ["uid", "option"]
ROUNDING = 1e-9
LABELS = ("arm", "checkpoint", "slice")
SHOWN = 3


def check(results: Results) -> Iterator[Finding]:
    """Rollouts and laws against problems and study; verdicts and embeddings against their rollouts."""
    for job in results.planned:
        if job.rule == "sample":
            yield from _rollouts(results, job)
        if job.rule == "loglikelihood":
            yield from _answers(results, job)
        if job.rule == "grade":
            rollouts = results.frame(layout.ROLLOUTS.format(**job.wildcards))
            yield from _of_rollouts(results, job.outputs[0], rollouts, job.wildcards)
        if job.rule == "embed":
            for path in job.outputs:
                rollouts = results.frame(path.replace("/embeddings/", "/rollouts/"))
                yield from _of_rollouts(results, path, rollouts, job.wildcards, whole=False)


def _finding(code: str, what: str, keys: Iterable[object], path: str) -> Iterator[Finding]:
    found = sorted(map(str, keys))
    if found:
        more = " …" if len(found) > SHOWN else ""
        yield Finding(code, 3, f"{len(found)} {what}: {', '.join(found[:SHOWN])}{more}", path)


def _rollouts(results: Results, job: PlannedJob) -> Iterator[Finding]:
    path, frame = job.outputs[0], results.frame(job.outputs[0])
    problems = results.frame(layout.PROBLEMS.format(slice=job.wildcards["slice"]))
    if (
        problems is None
        or "uid" not in problems
        or not _readable(frame, (*KEY, *LABELS, "seed", "prompt_sha"))
    ):
        return
    params = job.spec.params
    wanted = {(uid, sample) for uid in problems["uid"] for sample in range(params["n"])}
    yield from _keys(frame, wanted, path, job.wildcards)
    known = frame[[key in wanted for key in _pairs(frame)]]
    if params["sampling"]["engine"] in SEEDLESS:
        chosen = [key for key, seed in zip(_pairs(known), known["seed"], strict=True) if pd.notna(seed)]
        yield from _finding("SAMPLES_FOREIGN", "samples of an endpoint have a seed", chosen, path)
        yield from _prompts(known, problems, params, path, _endpoint(results, job))
    else:
        yield from _seeds(known, params["seed"], job.wildcards["slice"], path)
        yield from _prompts(known, problems, params, path)


def _answers(results: Results, job: PlannedJob) -> Iterator[Finding]:
    """A row for each answer of each item with the mass that its target law gives it, and an opening each."""
    exact, openings = (results.frame(path) for path in job.outputs)
    problems = results.frame(layout.PROBLEMS.format(slice=job.wildcards["slice"]))
    if not _readable(problems, ("uid", "task", "space", "options")):
        return
    try:
        spaces = {row["uid"]: scored_space(row) for row in problems.to_dict("records")}
    except WidebandError:
        return
    masses = {
        (uid, option): mass
        for uid, space in spaces.items()
        if space
        for option, mass in zip(space.options, space.law, strict=True)
    }
    if _readable(exact, (*ANSWER, *LABELS, "target_mass")):
        yield from _keys(exact, set(masses), job.outputs[0], job.wildcards, ANSWER)
        masses_of = zip(_pairs(exact, ANSWER), exact["target_mass"], strict=True)
        other = [key for key, mass in masses_of if key in masses and not abs(mass - masses[key]) <= ROUNDING]
        yield from _finding("SAMPLES_FOREIGN", "answers have another target mass", other, job.outputs[0])
    if _readable(openings, ("uid", *LABELS)):
        wanted = {(uid,) for uid in spaces}
        yield from _keys(openings, wanted, job.outputs[1], job.wildcards, ["uid"])


def _of_rollouts(
    results: Results, path: str, rollouts: pd.DataFrame | None, labels: dict[str, str], whole: bool = True
) -> Iterator[Finding]:
    frame = results.frame(path)
    if _readable(frame, (*KEY, *LABELS)) and _readable(rollouts, KEY):
        wanted = set(_pairs(rollouts))
        yield from _keys(frame, wanted if whole else wanted & set(_pairs(frame)), path, labels)
        if not whole:
            yield from _finding("SAMPLES_FOREIGN", "samples of no rollout", set(_pairs(frame)) - wanted, path)


def _readable(frame: pd.DataFrame | None, columns: Iterable[str]) -> bool:
    return frame is not None and set(columns) <= set(frame.columns)


def _pairs(frame: pd.DataFrame, key: Sequence[str] = KEY) -> list[tuple]:
    return list(zip(*(frame[name] for name in key), strict=True))


def _keys(
    frame: pd.DataFrame,
    wanted: set[tuple],
    path: str,
    labels: dict[str, str],
    key: Sequence[str] = KEY,
) -> Iterator[Finding]:
    pairs = pd.Series(_pairs(frame, key), dtype=object)
    have = set(pairs)
    yield from _finding("SAMPLES_MISSING", "samples are missing", wanted - have, path)
    yield from _finding("SAMPLES_DUPLICATED", "samples occur twice", set(pairs[pairs.duplicated()]), path)
    yield from _finding("SAMPLES_FOREIGN", "samples are of no problem × n", have - wanted, path)
    for label, value in labels.items():
        others = set(frame[label]) - {value} if label in frame else set()
        yield from _finding("SAMPLES_FOREIGN", f"other values of {label} than {value}", others, path)


def _seeds(frame: pd.DataFrame, seed: int, slice_name: str, path: str) -> Iterator[Finding]:
    """Draws under seeds that the study does not give were chosen by someone."""
    other = [
        key
        for key, drawn in zip(_pairs(frame), frame["seed"], strict=True)
        if drawn != derive_seed(seed, slice_name, *key)
    ]
    yield from _finding("SAMPLES_FOREIGN", "samples have a seed that is not the study's", other, path)


def _endpoint(results: Results, job: PlannedJob) -> Endpoint:
    """The endpoint that a job's arm is asked at, as the study says it."""
    base = results.study.base_of(job.wildcards["arm"])
    return Endpoint(base.url, base.model, base.api)


def _prompts(
    frame: pd.DataFrame, problems: pd.DataFrame, params: dict, path: str, endpoint: Endpoint | None = None
) -> Iterator[Finding]:
    """Prompts that need no chat template, as an endpoint's never do, rendered again."""
    scaffold = scaffolds.get(params["scaffold"])
    if (scaffold.chat and not endpoint) or "problem" not in problems:
        return
    ask = render(endpoint, scaffold, params["template"]) if endpoint else None
    ask = ask or partial(scaffold.text, params["template"])
    rendered = {
        row["uid"]: blake3(ask(row["problem"], listed(row.get("turns"))).encode()).hexdigest()
        for row in problems.drop_duplicates("uid").to_dict("records")
    }
    other = [
        key for key, sha in zip(_pairs(frame), frame["prompt_sha"], strict=True) if sha != rendered[key[0]]
    ]
    yield from _finding("SAMPLES_FOREIGN", "samples answer another prompt", other, path)
