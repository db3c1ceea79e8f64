"""The tables that a log becomes.

Verdicts are the log's own (`--grader log`), or the rule `grade` makes them out of the stored rollouts with
this project's grader (`--grader wideband`); the column `grader` of the verdicts says which.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import get_args

import pandas as pd
from blake3 import blake3

from .. import scaffolds
from ..config.import_file import Import, Lacks
from .counts import imported_verdicts
from .errors import ImportFileError
from .formats import log_format
from .log import Draw, Log, Option, merged, require_complete


def read_log(root: Path, entry: Import) -> Log:
    """The log in the files of an entry, under `root`. Raises ImportFileError."""
    read = log_format(entry.format).read
    log = merged([read(root / path, entry) for path in entry.paths])
    if not entry.incomplete:
        require_complete(log, named(entry))
    if not log.draws:
        raise ImportFileError(f"{named(entry)}: no rollout is left; run the evaluation again")
    return log


def named(entry: Import) -> str:
    """The files of an entry, for messages."""
    first, more = entry.paths[0], len(entry.paths) - 1
    return f"{first} and {more} more" if more else first


def log_tables(log: Log, entry: Import, scaffold: str) -> dict[str, pd.DataFrame]:
    """The tables of `entry.tables()`.

    Raises ImportFileError naming the place of a verdict that is missing.
    """
    made = {"missing": _missing(log, entry)} if entry.incomplete else {}
    if entry.holds == "completions":
        made["rollouts"] = _rollouts(log.draws, entry)
    elif entry.graded_here:
        raise ImportFileError(
            f"{named(entry)}: holds no completions, so that nothing can be graded here; "
            "leave --grader wideband out"
        )
    if entry.holds == "likelihoods":
        made["loglikelihoods"] = _likelihoods(log.draws, entry)
    if entry.graded_here:
        require_answers(log.draws, entry, scaffold)
        return made
    return made | {"verdicts": _verdicts(log.draws, entry, scaffold)}


def require_answers(draws: list[Draw], entry: Import, scaffold: str) -> int:
    """How many completions have an answer that `scaffold` finds. Raises ImportFileError when none has."""
    reader = scaffolds.get(scaffold)
    found = sum(reader.parse(draw.completion or "").answer is not None for draw in draws)
    if found:
        return found
    sought = "an answer in tags, in a box, behind #### or after 'the answer is'"
    raise ImportFileError(
        f"{draws[0].place}: none of {len(draws)} completions of {named(entry)} has "
        f"{sought if scaffold == 'free' else f'an answer as scaffold {scaffold} reads it'}, so --grader "
        "wideband would count all as wrong; read the last number of each as its answer with --last-number, "
        "or name another --scaffold"
    )


def _whose(draws: list[Draw], entry: Import) -> pd.DataFrame:
    samples = {"uid": [draw.uid for draw in draws], "sample": [draw.sample for draw in draws]}
    return pd.DataFrame(samples).assign(arm=entry.arm, checkpoint=entry.checkpoint, slice=entry.slice)


def _rollouts(draws: list[Draw], entry: Import) -> pd.DataFrame:
    _require_recorded(draws, entry)
    return _whose(draws, entry).assign(
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


def _likelihoods(draws: list[Draw], entry: Import) -> pd.DataFrame:
    rows = [
        (draw.uid, name, option.logprob, float(option.right))
        for draw in draws
        for name, option in zip(_names(draw.options), draw.options, strict=True)
    ]
    frame = pd.DataFrame(rows, columns=["uid", "option", "logprob", "target_mass"])
    return frame.assign(
        arm=entry.arm,
        checkpoint=entry.checkpoint,
        slice=entry.slice,
        tokens=_whole([None] * len(rows)),
        per_prefix=None,
    )


def _names(options: Sequence[Option]) -> list[str]:
    """The texts of options, told apart by their place where two read the same."""
    texts = [option.text for option in options]
    return [text if texts.count(text) == 1 else f"{text} [{place}]" for place, text in enumerate(texts)]


def _verdicts(draws: list[Draw], entry: Import, scaffold: str) -> pd.DataFrame:
    for draw in draws:
        if draw.correct is None:
            raise ImportFileError(
                f"{draw.place}: no verdict; name the field that holds it by --correct (a score by "
                "--verdict), or have the completions graded here by --grader wideband"
            )
    graded = _whose(draws, entry).assign(correct=[draw.correct for draw in draws])
    if entry.holds == "completions":
        parsed = [scaffolds.get(scaffold).parse(draw.completion or "") for draw in draws]
        answers = [draw.answer or part.answer for draw, part in zip(draws, parsed, strict=True)]
        graded = graded.assign(answer=answers, tag_valid=[part.tag_valid for part in parsed])
    else:
        graded = graded.assign(answer=[draw.answer for draw in draws])
    return imported_verdicts(graded, entry, entry.format)


def _missing(log: Log, entry: Import) -> pd.DataFrame:
    counts = log.missing or {"none": 0}
    frame = pd.DataFrame({"reason": list(counts), "rollouts": _whole(counts.values())})
    return frame.assign(arm=entry.arm, checkpoint=entry.checkpoint, slice=entry.slice, present=len(log.draws))


def _whole(values: Iterable[int | None]) -> pd.Series:
    return pd.array(list(values), dtype="Int64")


def lacking(draws: list[Draw]) -> list[str]:
    """What not every rollout of a log records, of what numbers are made of."""
    return [name for name in get_args(Lacks) if any(getattr(draw, name) is None for draw in draws)]


def _require_recorded(draws: list[Draw], entry: Import) -> None:
    lacks = lacking(draws)
    unsaid = [name for name in lacks if name not in entry.lacks]
    if unsaid:
        place = next(draw.place for draw in draws if getattr(draw, unsaid[0]) is None)
        raise ImportFileError(
            f"{place}: does not record {unsaid[0]}, which some numbers need; import the file by wideband "
            f"import, or write lacks: [{', '.join(lacks)}] into the study, so that these numbers are left out"
        )
