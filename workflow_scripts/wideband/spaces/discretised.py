"""A distribution as options with masses: its canonical values, written with a fixed number of decimals."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from .families import family_of
from .space import SpaceError

# The parts of a mixture: weight, family and parameters of each.
Parts = Sequence[tuple[float, str, Mapping[str, float]]]
LOW, HIGH = 0.001, 0.999
# Up to here a double tells whole numbers apart.
EXACT = 2**53


def canonical(
    name: str, parameters: Mapping[str, float], decimals: int, max_bins: int
) -> tuple[list[str], np.ndarray]:
    """The canonical values of a distribution as texts, and their masses, shape (values,), summing to one.

    Continuous: multiples of 10^-decimals between the .001 and .999 quantiles. Discrete: integers from one end
    of the support to the other, or to those quantiles where the support has no end. Of more than `max_bins`
    values, so many are kept at evenly spaced places. A value has the mass between the midpoints to its
    neighbours; the first and the last have the tails as well (arXiv 2605.11845).

    Raises SpaceError for a family, parameters, decimals or bins that give no such values.
    """
    return mixed([(1.0, name, parameters)], decimals, max_bins)


def mixed(parts: Parts, decimals: int, max_bins: int) -> tuple[list[str], np.ndarray]:
    """As `canonical`, of a mixture: the values of all its parts, each with its mass under the mixture.

    Values have no decimals where all parts are discrete. Weights are taken relative to their sum.
    """
    places, decimals, masses = _grid(parts, decimals, max_bins)
    return [_text(place, decimals) for place in places.tolist()], masses


def grid(
    name: str, parameters: Mapping[str, float], decimals: int, max_bins: int
) -> tuple[np.ndarray, int, np.ndarray]:
    """What `canonical` writes: values in units of 10^-decimals, (values,), the decimals, and the masses.

    Raises SpaceError as it does.
    """
    return _grid([(1.0, name, parameters)], decimals, max_bins)


def _grid(parts: Parts, decimals: int, max_bins: int) -> tuple[np.ndarray, int, np.ndarray]:
    if not 0 <= decimals <= 15:
        raise SpaceError(f"decimals: {decimals}; give a whole number from 0 to 15")
    if max_bins < 2:
        raise SpaceError(f"max_bins: {max_bins}; a law needs two values or more")
    families = [family_of(name, parameters) for _, name, parameters in parts]
    decimals = 0 if all(family.discrete for family in families) else decimals
    laws, spans, total = [], [], math.fsum(weight for weight, _, _ in parts)
    for family, (_, name, parameters) in zip(families, parts, strict=True):
        laws.append(_frozen(name, family.law, parameters))
        spans.append(_places(name, laws[-1], family.discrete, decimals))
    places = _evenly(spans, max_bins)
    values = places / 10.0**decimals
    edges = (values[1:] + values[:-1]) / 2
    inner = sum(
        weight / total * law.cdf(np.floor(edges) if family.discrete else edges)
        for (weight, _, _), law, family in zip(parts, laws, families, strict=True)
    )
    # Where scipy sums a cdf up, it may fall by a rounding error.
    masses = np.diff(np.maximum.accumulate(np.clip(inner, 0, 1)), prepend=0.0, append=1.0)
    if not (np.isfinite(masses).all() and (masses > 0).sum() > 1):
        names = ", ".join(name for _, name, _ in parts)
        raise SpaceError(f"{names}: scipy finds no mass on two of its values; change the parameters")
    return places, decimals, masses / masses.sum()


def _text(place: int, decimals: int) -> str:
    """A whole number of units of 10^-decimals."""
    if not decimals:
        return str(place)
    digits = str(abs(place)).zfill(decimals + 1)
    return f"{'-' * (place < 0)}{digits[:-decimals]}.{digits[-decimals:]}"


def _frozen(name: str, law: Any, parameters: Mapping[str, float]) -> Any:
    try:
        return law(parameters)
    except (OverflowError, ZeroDivisionError):
        raise SpaceError(f"{name}: its parameters are too large or too small to compute with") from None


def _places(name: str, law: Any, discrete: bool, decimals: int) -> tuple[int, int]:
    """The first and the last canonical value, in units of 10^-decimals."""
    # What is not finite is refused below.
    with np.errstate(all="ignore"):
        ends = np.array(law.ppf([LOW, HIGH]), dtype=float)
        support = np.array(law.support(), dtype=float)
        ends = np.where(np.isfinite(support), support, ends) if discrete else np.clip(ends, *support)
        scaled = ends * 10.0**decimals
    if not (np.isfinite(scaled).all() and np.abs(scaled).max() < EXACT):
        raise SpaceError(
            f"{name}: a double cannot tell its values apart with {decimals} decimals; "
            "lower decimals or change the parameters"
        )
    # A quantile that is a value of the grid may come out a rounding error beside it.
    slack = 4 * np.spacing(np.abs(scaled))
    first, last = int(np.ceil(scaled[0] - slack[0])), int(np.floor(scaled[1] + slack[1]))
    if last <= first:
        remedy = "change the parameters" if discrete else "raise decimals or change the parameters"
        raise SpaceError(
            f"{name}: {max(last - first + 1, 0)} values between {ends[0]:.6g} and {ends[1]:.6g} "
            f"with {decimals} decimals, a law needs two or more; {remedy}"
        )
    return first, last


def _evenly(spans: Sequence[tuple[int, int]], most: int) -> np.ndarray:
    """The places that lie in any span from first to last; of more than `most`, evenly spaced ones."""
    starts, lengths, reached = [], [], min(spans)[0] - 1
    for first, last in sorted(spans):
        if last > reached:
            starts.append(max(first, reached + 1))
            lengths.append(last - starts[-1] + 1)
            reached = last
    ends = np.cumsum(lengths)
    count = int(ends[-1])
    ranks = np.arange(count) if count <= most else np.rint(np.linspace(0, count - 1, most)).astype(np.int64)
    span = np.searchsorted(ends, ranks, side="right")
    return np.array(starts)[span] + ranks - (ends - lengths)[span]
