"""Sources of problems: one small file each, one canonical table out of generated, local and hub origins."""

import pandas as pd

from ...config.data import Data, Slice
from ...config.sources import BUILT, HUB_ONLY, SPLITS
from ...plugin_registry import registered_in
from ..errors import DataError
from ..files import folder
from . import (
    aime,
    amc,
    choice,
    code,
    gsm8k,
    hmmt,
    ifeval,
    instructed_prompts,
    knowledge,
    math,
    math500,
    mmlu,
    noveltybench,
    olympiad,
    olympiadbench,
    own,
    passages,
    preferences,
    prompts,
    requests,
    scitldr,
    self_instruct,
    summaries,
    truthfulqa,
    written_questions,
)
from .base import Source, load_files, load_hubs
from .generated import load_generated, worked

ONE_SOURCE_MODULES = (
    *(gsm8k, math, math500, aime, hmmt, amc, olympiadbench, olympiad),
    *(mmlu, noveltybench, ifeval, truthfulqa, scitldr, self_instruct),
)
SOURCES: dict[str, Source] = {
    source.name: source
    for source in (
        *(module.SOURCE for module in ONE_SOURCE_MODULES),
        *(*code.SOURCES, *summaries.SOURCES, *requests.SOURCES),
    )
}


def from_files(source: str, origin: str) -> bool:
    """Whether a source is read from files at an origin; what has none is read from the hub."""
    return origin == "local" and source not in HUB_ONLY


def source_splits(source: str, origin: str) -> tuple[str, ...]:
    """The splits that a source has at an origin. Raises DataError for an unknown source."""
    if source in SPLITS:
        return SPLITS[source]
    if source not in SOURCES:
        raise DataError(f"unknown source {source!r}; known: {', '.join(SOURCES)}")
    made = SOURCES[source]
    if origin == "generated":
        return ("train", "test", "pool")
    return tuple(made.files if from_files(source, origin) else made.hubs)


def is_built(source: str) -> bool:
    """Whether a source needs no files: it is part of the package, or a plugin makes its items."""
    return source in BUILT or source in registered_in(__name__)


def built(part: Slice, spaces: choice.Spaces, seed: int) -> pd.DataFrame:
    """All items of a slice whose source needs no files (see `is_built`)."""
    if kind := registered_in(__name__).get(part.source):
        return own.items(part, kind)
    if part.source == "distributions":
        # scipy takes long to load, and few slices need it.
        from . import distributions

        return distributions.items(part, seed)
    if part.source == passages.NAME:
        return passages.items(part)
    if part.source in knowledge.ASKED:
        return knowledge.items(part, seed)
    if part.source == instructed_prompts.NAME:
        return instructed_prompts.items(part)
    if part.source == written_questions.NAME:
        return written_questions.items(part)
    return choice.items(part, spaces, seed) if part.source == choice.NAME else prompts.items(part)


def load(source: str, split: str, data: Data, n: int | None = None) -> pd.DataFrame:
    """All problems of a source's split as the problems table, in the source's own order.

    `n` is only for the generated origin, which is endless: how many to make. Raises DataError for an unknown
    source or split, missing or damaged files, empty golds and repeated uids, naming place and remedy.
    """
    if split not in source_splits(source, data.origin):
        known = ", ".join(source_splits(source, data.origin))
        raise DataError(f"source {source!r} has no split {split!r} at origin {data.origin}; it has: {known}")
    if source == preferences.NAME:
        return _pairs(split, data, n)
    if data.origin == "generated":
        return load_generated(source, split, n, data.seed)
    if from_files(source, data.origin):
        return load_files(SOURCES[source], split, folder(data.root))
    return load_hubs(SOURCES[source], split, data)


def _pairs(split: str, data: Data, n: int | None) -> pd.DataFrame:
    if data.origin != "generated":
        return preferences.from_file(split, folder(data.root))
    if n is None:
        raise DataError(f"generated source {preferences.NAME} is endless; set n on its slices")
    return preferences.generated(split, n, data.seed)


__all__ = ["SOURCES", "Source", "built", "from_files", "is_built", "load", "source_splits", "worked"]
