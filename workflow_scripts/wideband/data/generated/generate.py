"""Balanced, deterministic draws of problems from a tier and a split."""

from collections.abc import Callable

from . import gsm8k, olympiad
from .buckets import BOUNDS, split_of, text_digest
from .draws import Draws
from .math_algebra import ALGEBRA, INTERMEDIATE, PRECALCULUS
from .math_numbers import NUMBER_THEORY, PREALGEBRA
from .math_shapes import COUNTING, GEOMETRY
from .problem import GeneratedProblem, Step
from .template import Template

# The math tier: the seven subjects of MATH, five levels each.
SUBJECTS: dict[str, dict[int, tuple[Template, ...]]] = {
    "Algebra": ALGEBRA,
    "Counting & Probability": COUNTING,
    "Geometry": GEOMETRY,
    "Intermediate Algebra": INTERMEDIATE,
    "Number Theory": NUMBER_THEORY,
    "Prealgebra": PREALGEBRA,
    "Precalculus": PRECALCULUS,
}
SPLITS = tuple(BOUNDS)
MOST_ATTEMPTS = 20_000

# A cell is (source, subject, level) with a maker that returns None when its draw does not work out.
Maker = Callable[[Draws], tuple[str, tuple[Step, ...]] | None]
Cell = tuple[str, str | None, int, Maker]


def _from_templates(templates: tuple) -> Maker:
    return lambda draws: draws.pick(templates).fill(draws)


TIERS: dict[str, tuple[Cell, ...]] = {
    "gsm8k": tuple(("gsm8k", None, level, _from_templates(ts)) for level, ts in gsm8k.LEVELS.items()),
    "math": tuple(
        ("math", subject, level, _from_templates(ts))
        for level in range(1, 6)
        for subject, levels in SUBJECTS.items()
        for ts in [levels[level]]
    ),
    "olympiad": tuple(
        (source, None, steps, olympiad.maker(steps)) for source, steps in olympiad.SOURCES.items()
    ),
}


def generate(tier: str, split: str, n: int, seed: int) -> list[GeneratedProblem]:
    """`n` different problems of `tier` (gsm8k, math, olympiad) in `split`, round-robin over its cells.

    Cells are levels (gsm8k), subject x level (math) or sources (olympiad), so every prefix of the list
    is balanced. The split is decided by the problem's text alone: different splits never share a
    problem, whatever their seeds. Raises ValueError for an unknown tier or split, and when a cell has
    no more new problems.
    """
    stream = problems(tier, split, seed)
    found: dict[str, GeneratedProblem] = {}
    cells = len(TIERS[tier])
    while len(found) < n:
        found_before = len(found)
        cell = found_before % cells
        for _ in range(MOST_ATTEMPTS):
            problem = stream(cell)
            if problem.uid not in found:
                found[problem.uid] = problem
                break
        else:
            raise ValueError(
                f"{tier}/{split} has no more than {found_before} problems; ask for fewer than {n}"
            )
    return list(found.values())


def problems(tier: str, split: str, seed: int) -> Callable[[int], GeneratedProblem]:
    """A function that draws a problem of the tier's cell with the given index; repeats may occur."""
    if tier not in TIERS or split not in SPLITS:
        raise ValueError(f"no generated problems for {tier}/{split}; tiers {tuple(TIERS)}, splits {SPLITS}")
    draws = Draws(seed, "generated", tier, split)
    cells = TIERS[tier]
    return lambda index: _draw(tier, split, cells[index], draws)


def _draw(tier: str, split: str, cell: Cell, draws: Draws) -> GeneratedProblem:
    source, subject, level, make = cell
    for _ in range(MOST_ATTEMPTS):
        made = make(draws)
        if made is None:
            continue
        text, steps = made
        digest = text_digest(text)
        if split_of(digest) == split:
            uid = f"gen_{tier}_{split}_{digest[:12]}"
            gold = str(steps[-1].value)
            return GeneratedProblem(uid, source, split, text, gold, level, subject, "integer", steps)
    raise ValueError(f"no problem of {source}, {subject}, level {level} works out in {MOST_ATTEMPTS} draws")
