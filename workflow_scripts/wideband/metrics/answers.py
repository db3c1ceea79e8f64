"""The per-item table of everything that is measured of answers: exact laws and sampled counts."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from .. import tasks
from ..lists import listed
from ..scaffolds import Parsed
from ..spaces.of_items import space_of
from . import by_item
from .by_item import Item
from .laws import among_valid
from .per_problem import MetricError, long_table

Row = dict[str, Any]
Around = tuple[tuple[str, str], ...]


def answers_table(
    whose: Mapping[str, str],
    problems: pd.DataFrame,
    loglikelihoods: pd.DataFrame | None,
    verdicts: pd.DataFrame | None,
    metrics: Sequence[str],
    around: Mapping[str, Around] | None = None,
    next_tokens: pd.DataFrame | None = None,
    parted: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Metrics table: the named metrics of `by_item` for every item.

    `whose` holds arm, checkpoint and slice; `parted` is a novelty table. A table that no metric reads
    may be None, and so may what `around_answers` makes of rollouts. Raises MetricError for an item whose
    answers are not those of the loglikelihoods.
    """
    rows = problems.sort_values("uid").to_dict("records")
    exact = {} if loglikelihoods is None else _exact(rows, loglikelihoods)
    first = {} if next_tokens is None else next_tokens.set_index("uid")["support_90"]
    found = [
        {
            **_item(row, exact, verdicts, around or {}),
            **_classes(row, verdicts, parted),
            "first_tokens": first.get(row["uid"]),
        }
        for row in rows
    ]
    peers = _peers(rows, exact)
    items = [
        Item(**fields, orders=orders, wordings=wordings)
        for fields, (orders, wordings) in zip(found, peers, strict=True)
    ]
    columns = {
        name: (np.array([measure(item) for item in items]), np.array([measure.n(item) for item in items]))
        for name, measure in ((name, by_item.load(name)) for name in metrics)
    }
    return long_table(whose, np.array([row["uid"] for row in rows], dtype=object), columns)


def around_answers(rollouts: pd.DataFrame, scaffold: str, task: str) -> dict[str, Around]:
    """By uid, of every completion the text up to its answer and what follows, read for items of a task."""
    read = tasks.reader(task, scaffold).around
    return {uid: tuple(map(read, texts)) for uid, texts in rollouts.groupby("uid", sort=False)["completion"]}


def _exact(rows: Sequence[Row], table: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Log-probabilities and target masses by uid, in the order of each item's answers."""
    groups = dict(iter(table.groupby("uid", sort=False)))
    found = {}
    for row in rows:
        options = space_of(row).options
        group = groups.get(row["uid"])
        if group is None or set(group["option"]) != set(options):
            raise MetricError(f"{row['uid']}: loglikelihoods are of other answers; compute the slice again")
        found[row["uid"]] = group.set_index("option").loc[list(options)]
    return found


def _item(
    row: Row,
    exact: Mapping[str, pd.DataFrame],
    verdicts: pd.DataFrame | None,
    around: Mapping[str, Around],
) -> dict[str, Any]:
    written = around.get(row["uid"], ())
    if not listed(row["options"]):
        return {"target": np.empty(0), "draws": len(written), **_texts(row, verdicts), "around": written}
    return {"draws": len(written), **_listed(row, exact, verdicts), "around": written}


def _texts(row: Row, verdicts: pd.DataFrame | None) -> dict[str, Any]:
    """What verdicts say of an item whose answers may be any text."""
    task = tasks.load(row["task"])
    if verdicts is None or "text" not in task.GIVES:
        return {}
    texts = tuple(task.read(Parsed(None, text, True), ()).outcome for text in _written(row, verdicts))
    return {"texts": texts, "draws": len(texts)}


def answered(row: Row, verdicts: pd.DataFrame) -> dict[int, str]:
    """The answers of an item that takes any text, by sample, in order; completions without one left out."""
    samples = sorted(verdicts.loc[verdicts["uid"] == row["uid"], "sample"])
    texts = zip(samples, _written(row, verdicts), strict=True)
    return {sample: text for sample, text in texts if text and text.strip()}


def _classes(row: Row, verdicts: pd.DataFrame | None, parted: pd.DataFrame | None) -> dict[str, Any]:
    """The classes of an item's completions, and the points of each class."""
    if verdicts is None or parted is None:
        return {}
    rows = parted[parted["uid"] == row["uid"]].sort_values("sample").set_index("sample")
    samples = sorted(verdicts.loc[verdicts["uid"] == row["uid"], "sample"])
    return {
        "classes": tuple(int(rows["class"][sample]) if sample in rows.index else None for sample in samples),
        "points": tuple(rows.drop_duplicates("class").sort_values("class")["points"]),
    }


def _written(row: Row, verdicts: pd.DataFrame) -> list[str | None]:
    """The answers of an item's completions in their order, None where there is none."""
    written = verdicts[verdicts["uid"] == row["uid"]].sort_values("sample")["answer"]
    return [text if isinstance(text, str) else None for text in written]


def _listed(row: Row, exact: Mapping[str, pd.DataFrame], verdicts: pd.DataFrame | None) -> dict[str, Any]:
    """What the tables say of an item that lists its answers."""
    space, options = space_of(row), tasks.valid_answers(row["task"], row)
    task = tasks.load(row["task"])
    read = task.read
    gold = row["gold"] if isinstance(row["gold"], str) else None
    right = read(Parsed(None, gold, True), options).outcome
    fields = {"target": np.array(space.law), "right": space.options.index(right) if right else None}
    if "distribution" in task.GIVES:
        fields["distribution"] = options
    if row["uid"] in exact:
        law = exact[row["uid"]]
        fields |= {"sizes": np.array([len(option.encode()) for option in space.options])}
        fields |= {"target": law["target_mass"].to_numpy(), "logprobs": law["logprob"].to_numpy()}
        fields["per_prefix"] = law["per_prefix"].to_numpy(dtype=float)
        if "passage" in task.GIVES:
            fields |= {"passage": row["problem"], "tokens": int(law["tokens"].iloc[0])}
    if verdicts is not None:
        texts = _written(row, verdicts)
        counted = Counter(read(Parsed(None, text, True), options).outcome for text in texts)
        counts = np.array([counted[option] for option in space.options])
        fields |= {"counts": counts, "draws": len(texts)}
        if "distribution" in task.GIVES:
            fields["numbers"] = np.array([task.number(text) for text in texts])
    return fields


def _peers(rows: Sequence[Row], exact: Mapping[str, pd.DataFrame]) -> list[tuple[tuple, tuple]]:
    """Of every item the laws of those of its space that differ in order only, and in wording only."""
    known = [(row, space_of(row).options, Asked.of(row)) for row in rows if row["uid"] in exact]
    laws = {uid: pd.Series(among_valid(law["logprob"]), law.index) for uid, law in exact.items()}
    found = {row["uid"]: ((), ()) for row in rows}
    for row, options, asked in known:
        same = [
            (laws[other["uid"]][list(options)].to_numpy(), asked, other_asked)
            for other, others, other_asked in known
            if other is not row and _together(row, other) and set(others) == set(options)
        ]
        orders = tuple(law for law, a, b in same if a.words == b.words and a.shown != b.shown)
        wordings = tuple(law for law, a, b in same if a.words != b.words and a.shown == b.shown)
        found[row["uid"]] = (orders, wordings)
    return list(found.values())


def _together(row: Row, other: Row) -> bool:
    """Whether two items ask about one named space."""
    return isinstance(row["space"], str) and row["space"] == other["space"]


@dataclass(frozen=True)
class Asked:
    """How an item asks: all its words, and those of them that are of options, in their order."""

    words: frozenset[tuple[str, int]]
    shown: tuple[str, ...]

    @classmethod
    def of(cls, row: Row) -> "Asked":
        """Of a row of a problems table."""
        words, options = _words(row["problem"]), set(_words(" ".join(listed(row["options"]))))
        return cls(frozenset(Counter(words).items()), tuple(word for word in words if word in options))


def _words(text: str) -> list[str]:
    return re.findall(r"[^\s,.;:!?]+", text)
