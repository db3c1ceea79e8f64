"""Worked solutions of corpus problems in every scaffold: what the micro base is pretrained on."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count

from . import panel_styles, think_styles
from .buckets import split_of, text_digest
from .draws import Draws
from .generate import TIERS, problems
from .mistakes import Steps, spoil
from .problem import Step, apply
from .working import equation

# Sums of a drill.
FEWEST, MOST = 3, 5
TIER_SHARES = (("gsm8k", 0.32), ("math", 0.30), ("olympiad", 0.18), ("drill", 0.20))
# Short workings first, longer ones later: a small model learns to copy numbers much sooner that way.
RAMP_DOCUMENTS, LONGEST = 6000, 6
# A plain guess comes without working, so it is wrong more often and teaches less.
PLAIN_WEIGHT, PLAIN_MISTAKES = 0.15, 2.0


def drill(draws: Draws) -> tuple[str, tuple[Step, ...]]:
    """Sums to work out in turn, the facts that the stories need; the answer is the last one's value."""
    steps = tuple(_sum(draws) for _ in range(draws.between(FEWEST, MOST)))
    asked = ", ".join(f"{step.a}{step.op}{step.b}" for step in steps)
    return f"Work out {asked}. What is the last?", steps


def _sum(draws: Draws) -> Step:
    while True:
        op = draws.pick("++--**/")
        b = draws.between(2, 9)
        if op in "*/":
            a = draws.between(2, 10) * (b if op == "/" else 1)
        else:
            a = draws.between(2, 40)
            b = draws.between(2, 20) if draws.chance(0.25) else b
        value = apply(op, a, b)
        if value:
            return Step(a, op, b, value, "")


@dataclass(frozen=True, slots=True)
class Document:
    """A problem, a worked solution and its answer; `malformed` is "no_answer", "no_body" or None."""

    scaffold: str
    problem: str
    body: str
    answer: str
    correct: bool
    malformed: str | None


def _plain_body(steps: Steps, draws: Draws) -> str:
    return equation(steps[-1]) if draws.chance(0.3) else ""


def _no_body(steps: Steps, draws: Draws) -> str:
    return ""


BODIES: dict[str, Callable[[Steps, Draws], str]] = {
    "panel": panel_styles.body,
    "think": think_styles.body,
    "plain": _plain_body,
    "direct": _no_body,
}


def documents(
    seed: int,
    mistake_rate: float,
    scaffolds: tuple[str, ...] = ("panel", "think", "plain"),
    malformed_rate: float = 0.05,
) -> Iterator[Document]:
    """Endless documents over problems of the corpus split, the same for the same arguments.

    `mistake_rate` is the share of worked solutions with a mistake (twice that for plain answers, at
    most 0.9), `malformed_rate` the share that lacks its body or its answer. Raises ValueError for a
    scaffold without a corpus form.
    """
    unknown = [name for name in scaffolds if name not in BODIES]
    if unknown:
        raise ValueError(f"no corpus form for scaffolds {unknown}; there are {tuple(BODIES)}")
    draws = Draws(seed, "corpus")
    draw = _drawer(seed, draws)
    for index in count():
        problem, right = draw(1 + LONGEST * index // RAMP_DOCUMENTS)
        scaffold = _weighted(tuple((x, PLAIN_WEIGHT if x == "plain" else 1.0) for x in scaffolds), draws)
        rate = min(0.9, mistake_rate * PLAIN_MISTAKES) if scaffold == "plain" else mistake_rate
        correct = not draws.chance(rate)
        steps = right if correct else spoil(right, draws)
        body = BODIES[scaffold](steps, draws)
        malformed = _malformation(scaffold, draws) if draws.chance(malformed_rate) else None
        yield Document(scaffold, problem, body, str(steps[-1].value), correct, malformed)


def _drawer(seed: int, draws: Draws) -> Callable[[int], tuple[str, Steps]]:
    """A function that draws a corpus problem and its working of at most so many steps."""
    tiers = {tier: problems(tier, "corpus", seed) for tier in TIERS}

    def draw(longest: int) -> tuple[str, Steps]:
        while True:
            tier = _weighted(TIER_SHARES, draws)
            if tier == "drill":
                text, steps = drill(draws)
                if split_of(text_digest(text)) == "corpus":
                    return text, steps
                continue
            problem = tiers[tier](draws.between(0, len(TIERS[tier]) - 1))
            if len(problem.steps) <= longest:
                return problem.problem, problem.steps

    return draw


def _malformation(scaffold: str, draws: Draws) -> str:
    return "no_answer" if scaffold == "plain" else draws.pick(("no_answer", "no_body"))


def _weighted(shares: tuple[tuple[str, float], ...], draws: Draws) -> str:
    place = draws.unit() * sum(weight for _, weight in shares)
    for name, weight in shares:
        place -= weight
        if place < 0:
            return name
    return shares[-1][0]
