"""Formats `counts` and `answers`: how many rollouts were correct, and how often each answer was given.

Format `counts`: how many of a problem's rollouts were correct, one problem a row.

    {"uid": "amc__3", "n_samples": 8, "n_correct": 5}

JSONL, CSV, a JSON array, or a JSON object with a list `per_problem`. Fields: uid (or unique_id, problem_id,
id), n_samples (or n), n_correct (or correct, if a number), or what `fields: {n: …, correct: …}` names. A
field `band` (all_zero, variance_band, all_one) is checked against the counts. Others, such as source, level
and year, describe the problem: see `problems`.

They become verdicts: samples 0 … n − 1, the first n_correct of them correct. Which draw was correct is
unknown and does not matter: draws inside a problem are exchangeable, and every estimator that reads
verdicts counts them by problem.

Format `answers`: how often each answer was given, one answer a row.

    answer,count
    47,526
    50,0

CSV, JSONL, JSON or Parquet, of one item (`item`) or of several (`uid`). Fields: answer (or option) and count
(or n), or those that `fields` names. The options of an item are those that its problem lists (see
`problems`), else the rows of the file, which then has a row with 0 for every option that was never given.
Answers that are no option are invalid.
"""

from pathlib import Path

import pandas as pd

from ..config.import_file import Import
from .errors import ImportFileError
from .files import read_rows
from .row import Row, uid_of, unique

# Each rollout becomes a row of a table.
MOST = 100_000
BANDS = {True: "all_zero", False: "variance_band"}


def read_counts(path: Path, entry: Import) -> dict[str, pd.DataFrame]:
    """The verdicts table. Raises ImportFileError naming file and row."""
    rows = read_rows(path, where=entry.where)
    uids = [uid_of(row, entry.uid) for row in rows]
    unique(rows, uids)
    tally = [_tally(row, entry) for row in rows]
    _declared(path, rows, tally, entry)
    drawn = [
        (uid, sample, sample < correct)
        for uid, (n, correct) in zip(uids, tally, strict=True)
        for sample in range(n)
    ]
    frame = pd.DataFrame(drawn, columns=["uid", "sample", "correct"])
    return {"verdicts": imported_verdicts(frame, entry)}


def imported_verdicts(frame: pd.DataFrame, entry: Import, version: str = "counts") -> pd.DataFrame:
    """Verdicts of others out of uid, sample, correct, and answer and tag_valid where they are known."""
    known = {name: frame[name] for name in ("answer", "tag_valid") if name in frame}
    return frame.assign(
        arm=entry.arm,
        checkpoint=entry.checkpoint,
        slice=entry.slice,
        grader="imported",
        **{"answer": None, "valid": None, "tag_valid": None, **known},
        reward=None,
        status="imported",
        grader_version=version,
    )


def _tally(row: Row, entry: Import) -> tuple[int, int]:
    n = row.whole(*entry.names("n", "n_samples", "n"))
    correct = row.whole(*entry.names("correct", "n_correct", "correct"))
    if n < 1 or not 0 <= correct <= n:
        raise ImportFileError(
            f"{row.place}: {correct} correct of {n} rollouts is impossible; correct the row"
        )
    if n > MOST:
        raise ImportFileError(f"{row.place}: {n} rollouts of one problem; the limit is {MOST:,}")
    if row.has("band"):
        band = "all_one" if correct == n else BANDS[correct == 0]
        if row.text("band") != band:
            raise ImportFileError(
                f"{row.place}: says band '{row.text('band')}', but {correct} correct of {n} is '{band}'; "
                "correct the row"
            )
    return n, correct


def _declared(path: Path, rows: list[Row], tally: list[tuple[int, int]], entry: Import) -> None:
    """More rollouts than the study says would leave the largest k out of every curve."""
    if entry.n is None:
        return
    largest, row = max(
        ((n, row) for (n, _), row in zip(tally, rows, strict=True)), key=lambda counted: counted[0]
    )
    if largest != entry.n:
        raise ImportFileError(
            f"{row.place}: {largest} rollouts a problem, but the study says n: {entry.n}; set n to {largest}"
        )


def read_answers(path: Path, entry: Import) -> dict[str, pd.DataFrame]:
    """The counts of answers. Raises ImportFileError naming file and row."""
    rows = read_rows(path, where=entry.where)
    named = [(item_of(row, entry), answer_of(row, entry), _count(row, entry)) for row in rows]
    frame = pd.DataFrame(named, columns=["uid", "answer", "count"])
    doubled = frame.duplicated(["uid", "answer"])
    if doubled.any():
        row = rows[int(doubled.to_numpy().argmax())]
        raise ImportFileError(
            f"{row.place}: this answer is already in the file; add the counts up in one row"
        )
    return {"answers": frame.assign(arm=entry.arm, checkpoint=entry.checkpoint, slice=entry.slice)}


def item_of(row: Row, entry: Import) -> str:
    """The item that a row is about."""
    return entry.item if entry.item else uid_of(row, entry.uid)


def answer_of(row: Row, entry: Import) -> str:
    """The answer that a row counts, as text."""
    return row.text(*entry.names("answer", "answer", "option"))


def _count(row: Row, entry: Import) -> int:
    names = entry.names("count", "count", "n")
    count = row.whole(*names)
    if count < 0:
        raise row.wrong(names, count, "a count, 0 or more")
    return count
