"""Slices: named, ordered sets of problems drawn from sources as a study says."""

import pandas as pd

from ..config.data import Data, Slice
from ..lists import listed
from . import registry, sources
from .draw import first, shuffled, stratified
from .errors import DataError
from .identity import same_as_any
from .sources.choice import Spaces

# Problems that a training slice of these sources never contains, whether or not the study excludes them.
NEVER_TRAINED = {"math": "math500"}
# Generated problems come round-robin over at most 35 cells (7 subjects x 5 levels): enough of them that any
# stratification, and any level on its own, finds its share.
GENERATED_CELLS = 35


def build_slice(name: str, data: Data, spaces: Spaces | None = None) -> pd.DataFrame:
    """One slice of a study's data section: a problems table in drawn order.

    `spaces` are the answer spaces that items ask for, by name, as the job's parameters hold them.

    Its source is loaded and checked against the registry; levels and subjects are filtered and excluded
    problems removed (by normalised text and by uid); then `n` are drawn, in equal counts of `stratify` where
    that is set. Which are drawn follows from the seed and from the slice's name, or the one that it is
    `drawn_as`. Problems of MATH-500 are never in a training slice of MATH. Raises DataError naming slice,
    file or uid.
    """
    problems, part = _build(name, data, spaces or {}, ()), data.slices[name]
    return problems.assign(solutions=_solutions(problems, part, data))


def _solutions(problems: pd.DataFrame, part: Slice, data: Data) -> list[list[str] | None]:
    """As many worked answers of each problem as the slice wants, and has."""
    if not part.solutions:
        return [None] * len(problems)
    if data.origin == "generated":
        return sources.worked(part, _generated(part), data.seed, problems["uid"])
    return [listed(texts)[: part.solutions] or None for texts in problems["solutions"]]


def sources_of(part: Slice, data: Data) -> list[tuple[str, str]]:
    """(source, split) of all that a slice is drawn from, and of whole sources that it leaves out."""
    drawn = [] if sources.is_built(part.source) else [(part.source, part.split)]
    return [*drawn, *_left_out(part, data)]


def _left_out(part: Slice, data: Data) -> list[tuple[str, str]]:
    whole = [name for name in part.exclude if name not in data.slices]
    found = [(name, split) for name in whole for split in sources.source_splits(name, data.origin)]
    if data.origin != "generated" and part.split == "train" and part.source in NEVER_TRAINED:
        found.append((NEVER_TRAINED[part.source], "test"))
    return found


def load_source(name: str, split: str, data: Data, n: int | None = None) -> pd.DataFrame:
    """All problems of a source's split, checked against the registry unless the study waives that."""
    problems = sources.load(name, split, data, n)
    if data.origin != "generated" and data.verify:
        registry.verify(name, split, problems)
    return problems


def _build(name: str, data: Data, spaces: Spaces, within: tuple[str, ...]) -> pd.DataFrame:
    if name not in data.slices:
        raise DataError(f"unknown slice {name!r}; known: {', '.join(data.slices)}")
    if name in within:
        raise DataError(f"slices exclude each other in a circle: {' -> '.join([*within, name])}; break it")
    part = data.slices[name]
    if sources.is_built(part.source):
        problems = sources.built(part, spaces, data.seed)
    else:
        problems = load_source(part.source, part.split, data, _generated(part))
    if part.levels is not None:
        problems = problems[problems["level"].isin(part.levels)]
    if part.subjects is not None:
        problems = problems[problems["subject"].isin(part.subjects)]
    for excluded in _excluded(part, data, spaces, (*within, name)):
        problems = problems[~same_as_any(problems, excluded)]
    if problems.empty:
        raise DataError(
            f"slice {name!r}: no problem of {part.source}/{part.split} is left; "
            "check levels, subjects, exclude"
        )
    ordered = shuffled(problems, data.seed, part.drawn_as or name)
    if part.stratify:
        return stratified(ordered, part.stratify, part.n, name)
    return first(ordered, part.n, name).reset_index(drop=True)


def _generated(part: Slice) -> int | None:
    """How many problems to make for a generated slice: more than `n`, since some are left out."""
    if part.n is None:
        return None
    return (5 if part.levels else 2) * (7 if part.subjects else 1) * part.n + 4 * GENERATED_CELLS


def _excluded(part: Slice, data: Data, spaces: Spaces, within: tuple[str, ...]) -> list[pd.DataFrame]:
    """What a slice leaves out: a slice's problems where a slice has that name, else all of a source's."""
    tables = [_build(name, data, spaces, within) for name in part.exclude if name in data.slices]
    return tables + [load_source(*source, data, _generated(part)) for source in _left_out(part, data)]
