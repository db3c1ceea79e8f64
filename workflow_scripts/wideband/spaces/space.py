"""An answer space: its options and the mass that a perfect sampler would give to each."""

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ..errors import WidebandError

TOLERANCE = 1e-6


class SpaceError(WidebandError):
    """An answer space that cannot be used; the message names the space, the option and the remedy."""


@dataclass(frozen=True)
class AnswerSpace:
    """The valid answers of an item.

    Attributes:
        name: what files and errors call it.
        kind: what an option is, as a prompt says it: "integer between 1 and 100".
        options: distinct texts, without blanks around them.
        law: the target's mass of each option; they sum to one.
    """

    name: str
    kind: str
    options: tuple[str, ...]
    law: tuple[float, ...]


def answer_space(
    name: str, kind: str, options: Sequence[str], law: Mapping[str, float] | None = None
) -> AnswerSpace:
    """The space of these options, uniform unless `law` gives a mass to each. Raises SpaceError."""
    for problem in (*_of_options(options), *_of_law(options, law or {})):
        raise SpaceError(f"answer space '{name}': {problem}")
    masses = [law[option] for option in options] if law else [1 / len(options)] * len(options)
    total = math.fsum(masses)
    return AnswerSpace(name, kind, tuple(options), tuple(mass / total for mass in masses))


def alike(masses: Sequence[float]) -> bool:
    """Whether the masses are those of a uniform law."""
    return max(masses) - min(masses) <= TOLERANCE * max(masses)


def is_range(options: Sequence[str]) -> bool:
    """Whether the options are integers that follow one another."""
    return options[0].isdecimal() and list(options) == [
        str(int(options[0]) + place) for place in range(len(options))
    ]


def _of_options(options: Sequence[str]) -> Iterator[str]:
    if len(options) < 2:
        yield f"{len(options)} options; a space needs two or more"
    for place, option in enumerate(options, start=1):
        if not option.strip():
            yield f"option {place} is empty; remove it or write the answer"
        elif option != option.strip():
            yield f"option {option!r} has spaces around it; remove them"
    for option, times in Counter(options).items():
        if times > 1:
            yield f"option {option!r} is listed {times} times; keep one"


def _of_law(options: Sequence[str], law: Mapping[str, float]) -> Iterator[str]:
    known = set(options)
    for option, mass in law.items():
        if option not in known:
            yield f"the law gives mass to {option!r}, which is not an option; add it or remove its mass"
        elif not (mass >= 0 and math.isfinite(mass)):
            yield f"the law gives {mass} to {option!r}; a mass is a number from 0 to 1"
    missing = [option for option in options if option not in law] if law else []
    if missing:
        yield f"the law gives no mass to {missing[0]!r}; give each option one, 0 where it is never wanted"
    total = math.fsum(law.values())
    if law and abs(total - 1) > TOLERANCE:
        yield f"the masses of its law sum to {total:.6g}; make them sum to 1"
