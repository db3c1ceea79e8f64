"""Pairs of arms that are compared: of two different arms that are there, and each pair once."""

from collections.abc import Iterator

from .checks_resources import unknown
from .pairs import Pair
from .study import Study


def problems(study: Study) -> Iterator[str]:
    """What is wrong with `compare` and with `against` of arms."""
    seen: set[frozenset[str]] = set()
    for key, pair in _named(study):
        for arm in dict.fromkeys(pair):
            if arm not in study.arms:
                yield unknown(key, "arm", arm, study.arms)
        if pair[0] == pair[1]:
            yield f"{key}: '{pair[0]}' twice; name two different arms"
        elif frozenset(pair) in seen:
            yield f"{key}: '{pair[0]}' and '{pair[1]}' are a pair already; name each pair once"
        seen.add(frozenset(pair))


def _named(study: Study) -> Iterator[tuple[str, Pair]]:
    yield from (("compare", pair) for pair in study.compare or ())
    for arm, body in study.arms.items():
        if body.against is not None:
            yield f"arms.{arm}.against", (arm, body.against)
