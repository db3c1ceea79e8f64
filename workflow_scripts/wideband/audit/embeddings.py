"""L5, embeddings: a random choice of each table's rows is embedded again.

A text's neighbours in its batch change its vector by about 1e-7, another processor by about 1e-6. What
differs by more than the tolerance of its precision is of another text, or of none.
"""

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from ..scaffolds import get
from ..tables import read_table
from ..workflow.jobs import PlannedJob
from .choice import KEY, seeded
from .finding import Finding
from .memo import Memo
from .policies import quiet
from .results import UNREADABLE, Results

# Rows of a table. Half of it forged is then missed once in 250 audits, a quarter once in 10.
ROWS = 8
# The largest difference of a coordinate of two unit vectors.
TOLERANCE = {"float32": 1e-4, "float16": 1e-2, "bfloat16": 3e-2}
Embed = Callable[[list[str]], np.ndarray]


class Away(Exception):
    """The embedder cannot be had on this machine."""


def check(results: Results, memo: Memo) -> Iterator[Finding]:
    """REPLAY_MISMATCH for each table of embeddings with a vector that its text does not give."""
    jobs = [job for job in results.planned if job.rule == "embed"]
    loaded = cache(lambda name, revision: _embedder(name, revision))
    for job in jobs:
        try:
            for path in job.outputs:
                yield from _table(results, memo, job, path, loaded)
        except Away as away:
            results.skipped.add(5)
            results.notes.append(f"{job.label}: not embedded again, the embedder is not here ({away})")


def _table(
    results: Results, memo: Memo, job: PlannedJob, path: str, loaded: Callable[..., tuple[Embed, str]]
) -> Iterator[Finding]:
    source = path.replace("/embeddings/", "/rollouts/")
    try:
        stored = read_table(results.root / path, "embeddings")
        rollouts = read_table(results.root / source, "rollouts")
    except UNREADABLE:
        return
    rows = stored.iloc[seeded(results, path).permutation(len(stored))[:ROWS]]
    params, texts = job.spec.params, rows[KEY].merge(rollouts, on=KEY, how="left", validate="1:1")

    def again() -> list[Finding]:
        embed, dtype = loaded(params["embedder"], params["revision"])
        wrong = _different(
            rows, texts["completion"], params, embed, TOLERANCE.get(dtype, TOLERANCE["bfloat16"])
        )
        return [Finding("REPLAY_MISMATCH", 5, wrong, path)] if wrong else []

    digests = [results.digest(results.root / file) for file in (path, source)]
    yield from memo.findings(["embedded", job.spec.digest, *digests, rows[KEY].to_numpy().tolist()], again)


def _different(
    rows: pd.DataFrame, completions: pd.Series, params: dict[str, Any], embed: Embed, tolerance: float
) -> str | None:
    """The first of the rows whose vector its text does not give; None when all do."""
    parse = get(params["scaffold"]).parse
    texts = [(parse(text).body or text)[: params["characters"]] for text in completions]
    for row, vector in zip(rows.to_dict("records"), embed(texts), strict=True):
        stored = np.asarray(row["vector"], dtype=np.float32)
        if stored.shape != vector.shape or not np.allclose(stored, vector, rtol=0, atol=tolerance):
            off = f"by {np.abs(stored - vector).max():.3g}" if stored.shape == vector.shape else "in length"
            return f"{row['uid']} sample {row['sample']}: its vector, embedded again, differs {off}"
    return None


def _embedder(name: str, revision: str | None) -> tuple[Embed, str]:
    """The study's embedder and the precision that it computes in. Raises Away."""
    from ..embedding.embed import BATCH, load_embedder

    try:
        with quiet():
            model = load_embedder(name, revision)
    except Exception as error:
        # Hub, disk and package fail each in its own way.
        raise Away(str(error).split("\n")[0]) from error
    dtype = str(next(model.parameters()).dtype).removeprefix("torch.")

    def embed(texts: list[str]) -> np.ndarray:
        return model.encode(texts, batch_size=BATCH, normalize_embeddings=True, show_progress_bar=False)

    return embed, dtype
