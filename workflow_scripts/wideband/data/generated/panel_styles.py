"""Bodies of the panel scaffold: personas propose, check, disagree and correct each other."""

from dataclasses import replace

from .draws import Draws
from .problem import Step
from .working import check, chunks, equation, equations, label_last, near, plan, worded

Steps = tuple[Step, ...]
PERSONAS = ("Ada", "Lin", "Raj", "Noor", "Emmy", "Kurt")
ROLES = (("Solver", "Checker"), ("Student", "Teacher"), ("Coach", "Critic"))
AGREED = ("agreed, {}", "yes, {}", "{} is right", "I get {} too", "so {}")


def dialogue(steps: Steps, draws: Draws) -> str:
    """Turns of equations, then agreement."""
    one, two = draws.some(PERSONAS, 2)
    turns = [equations(part) for part in chunks(steps)]
    return _talk((one, two), [*turns, _agreed(steps, draws)])


def worded_dialogue(steps: Steps, draws: Draws) -> str:
    """Turns in words."""
    one, two = draws.some(PERSONAS, 2)
    turns = [", ".join(map(worded, part)) for part in chunks(steps)]
    return _talk((one, two), [*turns, _agreed(steps, draws)])


def labelled_dialogue(steps: Steps, draws: Draws) -> str:
    """Turns that name what each value stands for."""
    one, two = draws.some(PERSONAS, 2)
    turns = [", ".join(map(label_last, part)) for part in chunks(steps)]
    return _talk((one, two), [*turns, _agreed(steps, draws)])


def solver_and_checker(steps: Steps, draws: Draws) -> str:
    """One works it all out, the other confirms."""
    return _talk(_pair(draws), [equations(steps), _agreed(steps, draws)])


def turned_round(steps: Steps, draws: Draws) -> str:
    """The other checks the last step backwards."""
    return _talk(
        _pair(draws), [equations(steps), f"check {check(steps[-1])}, {draws.pick(('good', 'fine', 'ok'))}"]
    )


def plan_first(steps: Steps, draws: Draws) -> str:
    """One says which operations, the other does them."""
    one, two = draws.some(PERSONAS, 2)
    return _talk((one, two), [plan(steps), equations(steps)])


def guess_first(steps: Steps, draws: Draws) -> str:
    """A hasty guess, then the working, then agreement."""
    value = steps[-1].value
    guess = near(value, draws)
    return _talk(_pair(draws), [f"maybe {guess}", f"no, {equations(steps)}", f"ok, {value}"])


def corrected(steps: Steps, draws: Draws) -> str:
    """A slip that the other corrects before the working goes on."""
    index = draws.between(0, len(steps) - 1)
    wrong = replace(steps[index], value=near(steps[index].value, draws))
    before = equations((*steps[:index], wrong))
    return _talk(_pair(draws), [before, f"no, {equations(steps[index:])}", f"right, {steps[-1].value}"])


def second_opinion(steps: Steps, draws: Draws) -> str:
    """Both work out the end."""
    one, two = draws.some(PERSONAS, 2)
    return _talk((one, two), [equations(steps), f"I also have {equation(steps[-1])}"])


# Guesses and slips put numbers at random into a body, and words hide the sums: few of them.
SHORT = 4 * (dialogue, solver_and_checker, second_opinion) + 2 * (plan_first, turned_round)
SHORT += (worded_dialogue, labelled_dialogue, guess_first, corrected)
LONG = (dialogue, dialogue, solver_and_checker, turned_round, second_opinion)


def body(steps: Steps, draws: Draws) -> str:
    """A panel's debate over `steps`, in one of the styles that suit their number."""
    return draws.pick(SHORT if len(steps) < 5 else LONG)(steps, draws)


def _pair(draws: Draws) -> tuple[str, str]:
    if draws.chance(0.4):
        return draws.pick(ROLES)
    one, two = draws.some(PERSONAS, 2)
    return one, two


def _agreed(steps: Steps, draws: Draws) -> str:
    return draws.pick(AGREED).format(steps[-1].value)


def _talk(speakers: tuple[str, str], turns: list[str]) -> str:
    return " ".join(f"{speakers[index % 2]}: {turn}." for index, turn in enumerate(turns))
