"""Bodies of the think scaffold: one voice working it out."""

from dataclasses import replace

from .draws import Draws
from .problem import Step
from .working import check, equation, equations, label_first, near, plan, worded

Steps = tuple[Step, ...]
CONCLUSIONS = ("so {}.", "the answer is {}.", "that makes {}.", "done, {}.")


def ordered(steps: Steps, draws: Draws) -> str:
    """First, next, …"""
    words = ["first", *[draws.pick(("next", "then"))] * (len(steps) - 1)]
    lines = [f"{word} {equation(step)}." for word, step in zip(words, steps, strict=True)]
    return f"{' '.join(lines)} {_conclusion(steps, draws)}"


def terse(steps: Steps, draws: Draws) -> str:
    """Equations only."""
    return equations(steps, draws.pick((", ", ". "))) + "."


def in_words(steps: Steps, draws: Draws) -> str:
    """Steps in words."""
    opening = draws.pick(("I see", "I know", "well"))
    return f"{opening} {', then '.join(map(worded, steps))}. {_conclusion(steps, draws)}"


def named(steps: Steps, draws: Draws) -> str:
    """Steps with the names of their values."""
    return ". ".join(map(label_first, steps)) + f". {_conclusion(steps, draws)}"


def checked(steps: Steps, draws: Draws) -> str:
    """The last step turned round."""
    return f"{equations(steps)}. {draws.pick(('check', 'let me check'))} {check(steps[-1])}, good."


def planned(steps: Steps, draws: Draws) -> str:
    """The operations first."""
    return f"{draws.pick(('I will', 'plan:', 'we must'))} {plan(steps)}. {equations(steps)}."


def doubted(steps: Steps, draws: Draws) -> str:
    """A slip that is seen and mended."""
    index = draws.between(0, len(steps) - 1)
    wrong = replace(steps[index], value=near(steps[index].value, draws))
    return f"{equations((*steps[:index], wrong))}. wait, no, {equations(steps[index:])}."


def answer_last(steps: Steps, draws: Draws) -> str:
    """Equations, then the conclusion."""
    return f"{equations(steps)}. {_conclusion(steps, draws)}"


# A slip puts a number at random into a body, and words hide the sums: few of both.
SHORT = 4 * (ordered, terse, answer_last) + 2 * (planned, checked) + (in_words, named, doubted)
LONG = (ordered, terse, checked, answer_last)


def body(steps: Steps, draws: Draws) -> str:
    """A first-person working of `steps`, in one of the styles that suit their number."""
    return draws.pick(SHORT if len(steps) < 5 else LONG)(steps, draws)


def _conclusion(steps: Steps, draws: Draws) -> str:
    return draws.pick(CONCLUSIONS).format(steps[-1].value)
