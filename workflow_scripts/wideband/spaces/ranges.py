"""Where the parameters of families are drawn from: ranges for training, and beyond these.

The ranges are those of arXiv 2605.11845 where it trains on a family; of the six that it holds out, its values
are the first range, and the second was chosen here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

DECIMALS = 2
Ends = tuple[float, float]


@dataclass(frozen=True)
class Range:
    """Ends of a parameter inside and outside of what training sees.

    Attributes:
        inside: (least, greatest).
        outside: the same of one range, or of two, on either side, that are drawn from as often.
        whole: only integers are drawn.
    """

    inside: Ends
    outside: tuple[Ends, ...]
    whole: bool = False

    def draw(self, random: np.random.Generator, outside: bool) -> float:
        """A value with DECIMALS decimals; in equal ratios where the range is positive and wide."""
        ranges = self.outside if outside else (self.inside,)
        low, high = ranges[random.integers(len(ranges))] if len(ranges) > 1 else ranges[0]
        if self.whole:
            return int(random.integers(low, high, endpoint=True))
        spread = low > 0 and high / low > 3
        value = np.exp(random.uniform(np.log(low), np.log(high))) if spread else random.uniform(low, high)
        return round(float(value), DECIMALS)


def _whole(*ends: float) -> Range:
    return Range(ends[:2], (ends[2:],), whole=True)


def _real(*ends: float) -> Range:
    return Range(ends[:2], tuple(zip(ends[2::2], ends[3::2], strict=True)))


PLACE, SPREAD = _real(-2, 2, 2.5, 4), _real(0.5, 2, 2.25, 3.5)
SHAPE, SIZE = _real(0.5, 5, 5.5, 8), _real(1, 5, 5.5, 8)
# By family what is drawn: its parameters, or what MADE makes them of.
RANGES: dict[str, dict[str, Range]] = {
    "uniform": {"a": _real(-5, 2, 2.5, 4.5), "width": SIZE},
    "gaussian": {"mu": PLACE, "sigma": SPREAD},
    "beta": {"alpha": SHAPE, "beta": SHAPE},
    # Where the number of trials is beyond what training sees, their chance is not.
    "binomial": {"n": _whole(5, 20, 25, 30), "p": _real(0.2, 0.8, 0.25, 0.75)},
    "exponential": {"lambda": SHAPE},
    "geometric": {"p": _real(0.2, 0.8, 0.05, 0.15, 0.85, 0.95)},
    "negative_binomial": {"r": _whole(3, 12, 15, 20), "p": _real(0.2, 0.8, 0.1, 0.15, 0.85, 0.9)},
    "lognormal": {"mu": _real(-1, 1.5, 1.75, 3), "sigma": _real(0.25, 1.25, 1.5, 2.25)},
    "triangular": {"a": _real(-3, 1, 1.5, 3.5), "width": SIZE, "mode": _real(0.1, 0.9, 0.1, 0.9)},
    "rayleigh": {"sigma": SPREAD},
    "cauchy": {"x0": PLACE, "gamma": SPREAD},
    "student_t": {"nu": _real(2.5, 10, 10.5, 20)},
    "chi_square": {"nu": _whole(2, 20, 21, 40)},
    "f_distribution": {"d1": _whole(3, 10, 12, 15), "d2": _whole(5, 20, 24, 30)},
    "gamma": {"alpha": SIZE, "beta": SIZE},
    "laplace": {"mu": PLACE, "b": SPREAD},
    "logistic": {"mu": PLACE, "s": SPREAD},
    "pareto": {"alpha": _real(2, 5, 5.5, 8), "xm": _real(0.5, 2, 2.5, 4)},
    "hypergeometric": {
        "M": _whole(30, 80, 100, 120),
        "share": _real(0.2, 0.8, 0.2, 0.8),
        "N": _whole(5, 15, 20, 25),
    },
    "gumbel": {"mu": PLACE, "beta": SPREAD},
    "skellam": {"mu1": _real(1, 8, 8.5, 12), "mu2": _real(1, 8, 8.5, 12)},
    "beta_binomial": {"n": _whole(10, 30, 40, 50), "alpha": SHAPE, "beta": SHAPE},
    "lomax": {"alpha": _real(1.5, 4, 4.5, 7), "lambda": _real(0.5, 3, 3.5, 5)},
    "inverse_gaussian": {"mu": _real(0.5, 3, 3.5, 6), "lambda": SHAPE},
    "bernoulli": {"p": _real(0.1, 0.9, 0.91, 0.99)},
    "poisson": {"lambda": _real(1, 12, 13, 20)},
    "weibull": {"k": _real(0.5, 3, 3.5, 5), "lambda": _real(0.5, 3, 3.5, 5)},
    "maxwell": {"scale": _real(0.75, 5, 5.5, 8)},
    "chi": {"df": _real(1.5, 20, 21, 30)},
    "truncnorm": {
        "mu": _real(0, 1, 1.25, 2),
        "sigma": _real(1, 1.5, 1.75, 2.5),
        "lower": _real(-2, -1, -4, -2.5),
        "upper": _real(1, 2, 2.5, 4),
    },
}


def _uniform(v: Mapping[str, float]) -> dict[str, float]:
    return {"a": v["a"], "b": v["a"] + v["width"]}


def _triangular(v: Mapping[str, float]) -> dict[str, float]:
    return {"a": v["a"], "c": v["a"] + v["mode"] * v["width"], "b": v["a"] + v["width"]}


def _hypergeometric(v: Mapping[str, float]) -> dict[str, float]:
    return {"M": v["M"], "K": round(v["M"] * v["share"]), "N": v["N"]}


MADE: dict[str, Callable[[Mapping[str, float]], dict[str, float]]] = {
    "uniform": _uniform,
    "triangular": _triangular,
    "hypergeometric": _hypergeometric,
}


def drawn(family: str, random: np.random.Generator, outside: bool) -> dict[str, float]:
    """Parameters of a family, inside or outside of the range that training sees."""
    values = {name: interval.draw(random, outside) for name, interval in RANGES[family].items()}
    made = MADE.get(family, dict)(values)
    # A sum with 0.0 takes the sign from a zero.
    return {name: v if isinstance(v, int) else round(v, DECIMALS) + 0.0 for name, v in made.items()}
