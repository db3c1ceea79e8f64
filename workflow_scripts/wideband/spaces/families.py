"""Families of distributions that a space may take its law from: parameters, their domains, and scipy's law.

The families, their parameters and their laws are those of arXiv 2605.11845; gamma's beta is a scale there.
"""

import difflib
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import stats

from .space import SpaceError

Values = Mapping[str, float]
# What values of a parameter are allowed: a test, and the same in words.
REAL = (math.isfinite, "a finite number")
POSITIVE = (lambda value: 0 < value < math.inf, "a number above 0")
SHARE = (lambda value: 0 < value < 1, "a number between 0 and 1, neither of them")
# scipy sums probabilities up one by one in some of the discrete families.
MOST = 10_000
COUNT = (lambda value: value in range(1, MOST + 1), f"a whole number from 1 to {MOST}")
SUCCESSES = (lambda value: value in range(MOST + 1), f"a whole number from 0 to {MOST}")
Domain = tuple[Callable[[float], bool], str]


@dataclass(frozen=True)
class Family:
    """A family of distributions.

    Attributes:
        parameters: the domain of each parameter, by name, in the order in which a prompt says them.
        law: scipy's frozen distribution, from the parameters' values.
        discrete: whether its values are integers.
        together: what must hold among parameters, and the same in words.
    """

    parameters: Mapping[str, Domain]
    law: Callable[[Values], Any]
    discrete: bool = False
    together: tuple[Callable[[Values], bool], str] = (lambda _: True, "")


def _location_scale(law: Any, location: str, scale: str) -> Family:
    return Family({location: REAL, scale: POSITIVE}, lambda v: law(loc=v[location], scale=v[scale]))


def _positive(names: str, law: Callable[[Values], Any]) -> Family:
    """A continuous family whose parameters are all above 0."""
    return Family(dict.fromkeys(names.split(), POSITIVE), law)


def _triangular(values: Values) -> Any:
    width = values["b"] - values["a"]
    return stats.triang(c=(values["c"] - values["a"]) / width, loc=values["a"], scale=width)


def _truncated(values: Values) -> Any:
    ends = [(values[end] - values["mu"]) / values["sigma"] for end in ("lower", "upper")]
    return stats.truncnorm(*ends, loc=values["mu"], scale=values["sigma"])


class _Skellam(type(stats.skellam)):
    """scipy's law. Its search for a quantile below zero finds none, with some parameters."""

    def _ppf(self, levels: np.ndarray, mu1: np.ndarray, mu2: np.ndarray) -> np.ndarray:
        return np.vectorize(self._least, otypes=[float])(levels, mu1, mu2)

    def _least(self, level: float, mu1: float, mu2: float) -> int:
        """The least value whose mass, with all below it, reaches the level."""
        low = high = math.floor(mu1 - mu2)
        step = math.ceil(mu1 + mu2)
        while self._cdf(low, mu1, mu2) >= level:
            low -= step
        while self._cdf(high, mu1, mu2) < level:
            high += step
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if self._cdf(middle, mu1, mu2) < level else (low, middle)
        return high


SKELLAM = _Skellam(a=-np.inf, name="skellam")
FAMILIES: dict[str, Family] = {
    "uniform": Family(
        {"a": REAL, "b": REAL},
        lambda v: stats.uniform(loc=v["a"], scale=v["b"] - v["a"]),
        together=(lambda v: v["a"] < v["b"], "a < b"),
    ),
    "gaussian": _location_scale(stats.norm, "mu", "sigma"),
    "beta": _positive("alpha beta", lambda v: stats.beta(v["alpha"], v["beta"])),
    "binomial": Family({"n": COUNT, "p": SHARE}, lambda v: stats.binom(v["n"], v["p"]), True),
    "exponential": _positive("lambda", lambda v: stats.expon(scale=1 / v["lambda"])),
    "geometric": Family({"p": SHARE}, lambda v: stats.geom(v["p"]), True),
    "negative_binomial": Family({"r": COUNT, "p": SHARE}, lambda v: stats.nbinom(v["r"], v["p"]), True),
    "lognormal": Family(
        {"mu": REAL, "sigma": POSITIVE}, lambda v: stats.lognorm(s=v["sigma"], scale=math.exp(v["mu"]))
    ),
    "triangular": Family(
        {"a": REAL, "c": REAL, "b": REAL},
        _triangular,
        together=(lambda v: v["a"] <= v["c"] <= v["b"] and v["a"] < v["b"], "a <= c <= b and a < b"),
    ),
    "rayleigh": _positive("sigma", lambda v: stats.rayleigh(scale=v["sigma"])),
    "cauchy": _location_scale(stats.cauchy, "x0", "gamma"),
    "student_t": _positive("nu", lambda v: stats.t(v["nu"])),
    "chi_square": _positive("nu", lambda v: stats.chi2(v["nu"])),
    "f_distribution": _positive("d1 d2", lambda v: stats.f(v["d1"], v["d2"])),
    "gamma": _positive("alpha beta", lambda v: stats.gamma(v["alpha"], scale=v["beta"])),
    "laplace": _location_scale(stats.laplace, "mu", "b"),
    "logistic": _location_scale(stats.logistic, "mu", "s"),
    "pareto": _positive("alpha xm", lambda v: stats.pareto(v["alpha"], scale=v["xm"])),
    "hypergeometric": Family(
        {"M": COUNT, "K": SUCCESSES, "N": SUCCESSES},
        lambda v: stats.hypergeom(M=v["M"], n=v["K"], N=v["N"]),
        True,
        (lambda v: max(v["K"], v["N"]) <= v["M"], "K <= M and N <= M"),
    ),
    "gumbel": _location_scale(stats.gumbel_r, "mu", "beta"),
    "skellam": Family({"mu1": POSITIVE, "mu2": POSITIVE}, lambda v: SKELLAM(v["mu1"], v["mu2"]), True),
    "beta_binomial": Family(
        {"n": COUNT, "alpha": POSITIVE, "beta": POSITIVE},
        lambda v: stats.betabinom(v["n"], v["alpha"], v["beta"]),
        True,
    ),
    "lomax": _positive("alpha lambda", lambda v: stats.lomax(v["alpha"], scale=v["lambda"])),
    "inverse_gaussian": _positive(
        "mu lambda", lambda v: stats.invgauss(v["mu"] / v["lambda"], scale=v["lambda"])
    ),
    "bernoulli": Family({"p": SHARE}, lambda v: stats.bernoulli(v["p"]), True),
    "poisson": Family({"lambda": POSITIVE}, lambda v: stats.poisson(v["lambda"]), True),
    "weibull": _positive("k lambda", lambda v: stats.weibull_min(v["k"], scale=v["lambda"])),
    "maxwell": _positive("scale", lambda v: stats.maxwell(scale=v["scale"])),
    "chi": _positive("df", lambda v: stats.chi(v["df"])),
    "truncnorm": Family(
        {"mu": REAL, "sigma": POSITIVE, "lower": REAL, "upper": REAL},
        _truncated,
        together=(lambda v: v["lower"] < v["upper"], "lower < upper"),
    ),
}


def named(name: str) -> Family:
    """The family of that name. Raises SpaceError with the nearest one."""
    _known("family", name, FAMILIES)
    return FAMILIES[name]


def family_of(name: str, values: Values) -> Family:
    """The family of that name. Raises SpaceError for a name or parameters that it does not have or allow."""
    family = named(name)
    for value_name in values:
        _known(f"parameter of {name}", value_name, family.parameters)
    for parameter, (allows, words) in family.parameters.items():
        if parameter not in values:
            raise SpaceError(f"{name}: parameter '{parameter}' is missing; give it {words}")
        if not allows(values[parameter]):
            raise SpaceError(f"{name}: {parameter} is {values[parameter]}; give it {words}")
    holds, words = family.together
    if not holds(values):
        shown = ", ".join(f"{key}={value}" for key, value in values.items())
        raise SpaceError(f"{name}: {shown}; it needs {words}")
    return family


def _known(what: str, name: str, known: Iterable[str]) -> None:
    known = list(known)
    if name not in known:
        near = difflib.get_close_matches(name, known, 1, cutoff=0.4)
        hint = f"did you mean '{near[0]}'?" if near else f"known are {', '.join(known)}"
        raise SpaceError(f"unknown {what} '{name}'; {hint}")
