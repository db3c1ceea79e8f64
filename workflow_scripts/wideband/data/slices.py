"""Slices: named, ordered sets of problems drawn from sources as a study says."""

import pandas as pd

from ..config.data import Data, Slice
from ..config.study import Study
from . import registry, sources
from .draw import first, shuffled, stratified
from .errors import DataError
from .identity import same_as_any

# Problems that a training slice of these sources never contains, whether or not the study excludes them.
NEVER_TRAINED = {"math": "math500"}
# Generated problems come round-robin over at most 35 cells (7 subjects x 5 levels): enough of them that any
# stratification, and any level on its own, finds its share.
GENERATED_CELLS = 35


def build(study: Study) -> dict[str, pd.DataFrame]:
    """All slices of a study by name, as problems tables. Raises DataError and RegistryError."""
    return {name: build_slice(name, study) for name in study.data.slices}


def build_slice(name: str, study: Study | Data) -> pd.DataFrame:
    """One slice of a study (or of its data section): a problems table in drawn order.

    Its source is loaded and checked against the registry; levels are filtered and excluded problems removed
    (by normalised text and by uid); then `n` are drawn, in equal counts of `stratify` where that is set.
    Problems of MATH-500 are never in a training slice of MATH. Raises DataError naming slice, file or uid.
    """
    data = study.data if isinstance(study, Study) else study
    return _build(name, data, ())


def sources_of(part: Slice, data: Data) -> list[tuple[str, str]]:
    """(source, split) of all that a slice is drawn from, and of whole sources that it leaves out."""
    whole = [name for name in part.exclude if name not in data.slices]
    left_out = [(name, split) for name in whole for split in sources.source_splits(name, data.origin)]
    if data.origin != "generated" and part.split == "train" and part.source in NEVER_TRAINED:
        left_out.append((NEVER_TRAINED[part.source], "test"))
    return [(part.source, part.split), *left_out]


def load_source(name: str, split: str, data: Data, n: int | None = None) -> pd.DataFrame:
    """All problems of a source's split, checked against the registry unless the study waives that."""
    problems = sources.load(name, split, data, n)
    if data.origin != "generated" and data.verify:
        registry.verify(name, split, problems)
    return problems


def _build(name: str, data: Data, within: tuple[str, ...]) -> pd.DataFrame:
    if name not in data.slices:
        raise DataError(f"unknown slice {name!r}; known: {', '.join(data.slices)}")
    if name in within:
        raise DataError(f"slices exclude each other in a circle: {' -> '.join([*within, name])}; break it")
    part = data.slices[name]
    problems = load_source(part.source, part.split, data, _generated(part))
    if part.levels is not None:
        problems = problems[problems["level"].isin(part.levels)]
    for excluded in _excluded(part, data, (*within, name)):
        problems = problems[~same_as_any(problems, excluded)]
    if problems.empty:
        raise DataError(
            f"slice {name!r}: no problem of {part.source}/{part.split} is left; check levels, exclude"
        )
    ordered = shuffled(problems, data.seed, name)
    if part.stratify:
        return stratified(ordered, part.stratify, part.n, name)
    return first(ordered, part.n, name).reset_index(drop=True)


def _generated(part: Slice) -> int | None:
    """How many problems to make for a generated slice: more than `n`, since some are left out."""
    if part.n is None:
        return None
    return (5 if part.levels else 2) * part.n + 4 * GENERATED_CELLS


def _excluded(part: Slice, data: Data, within: tuple[str, ...]) -> list[pd.DataFrame]:
    """What a slice leaves out: a slice's problems where a slice has that name, else all of a source's."""
    tables = [_build(name, data, within) for name in part.exclude if name in data.slices]
    return tables + [load_source(*each, data, _generated(part)) for each in sources_of(part, data)[1:]]
