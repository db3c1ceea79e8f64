"""Worked solutions of corpus problems in every scaffold: what the micro base is pretrained on."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from . import panel_styles, think_styles
from .draws import Draws
from .generate import TIERS, problems
from .mistakes import Steps, spoil
from .working import equation

TIER_SHARES = (("gsm8k", 0.40), ("math", 0.35), ("olympiad", 0.25))
# A plain guess comes without working, so it is wrong more often and teaches less.
PLAIN_WEIGHT, PLAIN_MISTAKES = 0.4, 2.0


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


BODIES: dict[str, Callable[[Steps, Draws], str]] = {
    "panel": panel_styles.body,
    "think": think_styles.body,
    "plain": _plain_body,
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
    tiers = {tier: problems(tier, "corpus", seed) for tier, _ in TIER_SHARES}
    while True:
        tier = _weighted(TIER_SHARES, draws)
        problem = tiers[tier](draws.between(0, len(TIERS[tier]) - 1))
        scaffold = _weighted(tuple((x, PLAIN_WEIGHT if x == "plain" else 1.0) for x in scaffolds), draws)
        rate = min(0.9, mistake_rate * PLAIN_MISTAKES) if scaffold == "plain" else mistake_rate
        correct = not draws.chance(rate)
        steps = problem.steps if correct else spoil(problem.steps, draws)
        body = BODIES[scaffold](steps, draws)
        malformed = _malformation(scaffold, draws) if draws.chance(malformed_rate) else None
        yield Document(scaffold, problem.problem, body, str(steps[-1].value), correct, malformed)


def _malformation(scaffold: str, draws: Draws) -> str:
    return "no_answer" if scaffold == "plain" else draws.pick(("no_answer", "no_body"))


def _weighted(shares: tuple[tuple[str, float], ...], draws: Draws) -> str:
    place = draws.unit() * sum(weight for _, weight in shares)
    for name, weight in shares:
        place -= weight
        if place < 0:
            return name
    return shares[-1][0]
