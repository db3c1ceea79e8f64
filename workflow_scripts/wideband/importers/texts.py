"""Rollouts with their text, whatever log they come from: tables out of draws.

Verdicts are the log's own (`grader: theirs`), or the rule `grade` makes them out of the stored rollouts
with this project's grader (`grader: ours`); the column `grader` of the verdicts says which.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from blake3 import blake3

from .. import scaffolds
from ..config.imports import Import
from .counts import imported_verdicts
from .errors import ImportFileError
from .files import Row


@dataclass(frozen=True)
class Draw:
    """One rollout of a log; what the log does not record is None. `place` is where it stands."""

    place: str
    uid: str
    completion: str
    sample: int | None = None
    correct: bool | None = None
    answer: str | None = None
    prompt: str | None = None
    completion_tokens: int | None = None
    prompt_tokens: int | None = None
    finish_reason: str | None = None
    seed: int | None = None
    logprob: float | None = None


def tables(draws: list[Draw], entry: Import, scaffold: str) -> dict[str, pd.DataFrame]:
    """The rollouts table, and the verdicts table when the log's own verdicts count.

    A draw without a sample number gets the next one of its problem. Raises ImportFileError naming the place
    of a sample that occurs twice or of a verdict that is missing.
    """
    samples = _samples(draws)
    frame = pd.DataFrame({"uid": [draw.uid for draw in draws], "sample": samples})
    rollouts = frame.assign(
        arm=entry.arm,
        checkpoint=entry.checkpoint,
        slice=entry.slice,
        prompt_sha=[blake3((draw.prompt or "").encode()).hexdigest() for draw in draws],
        completion=[draw.completion for draw in draws],
        token_ids=None,
        completion_tokens=_whole(draw.completion_tokens for draw in draws),
        prompt_tokens=_whole(draw.prompt_tokens for draw in draws),
        finish_reason=[draw.finish_reason or "unknown" for draw in draws],
        seed=_whole(draw.seed for draw in draws),
        engine=f"imported from {entry.format}",
        logprob=pd.array([draw.logprob for draw in draws], dtype="Float64"),
    )
    if entry.grader == "ours":
        return {"rollouts": rollouts}
    return {"rollouts": rollouts, "verdicts": _verdicts(draws, frame, entry, scaffold)}


def _verdicts(draws: list[Draw], frame: pd.DataFrame, entry: Import, scaffold: str) -> pd.DataFrame:
    for draw in draws:
        if draw.correct is None:
            raise ImportFileError(
                f"{draw.place}: no verdict; add one to the file, or set grader: ours to have it graded here"
            )
    parsed = [scaffolds.get(scaffold).parse(draw.completion) for draw in draws]
    graded = frame.assign(
        correct=[draw.correct for draw in draws],
        answer=[draw.answer or part.answer for draw, part in zip(draws, parsed, strict=True)],
        tag_valid=[part.tag_valid for part in parsed],
    )
    return imported_verdicts(graded, entry, entry.format)


def _samples(draws: list[Draw]) -> list[int]:
    """Each draw's number among those of its problem."""
    next_of: dict[str, int] = {}
    taken: dict[tuple[str, int], str] = {}
    numbers = []
    for draw in draws:
        sample = draw.sample if draw.sample is not None else next_of.get(draw.uid, 0)
        if (draw.uid, sample) in taken:
            raise ImportFileError(
                f"{draw.place}: sample {sample} of problem '{draw.uid}' again, first at "
                f"{taken[draw.uid, sample]}; remove one of the two"
            )
        taken[draw.uid, sample] = draw.place
        next_of[draw.uid] = sample + 1
        numbers.append(sample)
    return numbers


def _whole(values: Iterable[int | None]) -> pd.Series:
    return pd.array(list(values), dtype="Int64")


def tokens_known(draws: list[Draw], path: Path) -> None:
    """Raises ImportFileError naming the first draw of a format with token counts that has none."""
    for draw in draws:
        if draw.completion_tokens is None or draw.prompt_tokens is None:
            raise ImportFileError(
                f"{draw.place}: no token counts, which cost needs; add them to {path.name}, or set "
                "tokens: false in the study so that nothing is said about cost"
            )


def optional_text(row: Row, *names: str) -> str | None:
    """A text that a row may lack."""
    return row.text(*names) if row.has(*names) else None


def optional_whole(row: Row, *names: str) -> int | None:
    """A whole number that a row may lack."""
    return row.whole(*names) if row.has(*names) else None
