"""Worked answers to a generated problem, as one teacher or several would write them."""

from . import think_styles
from .draws import Draws
from .problem import GeneratedProblem

# Ways of writing, which stand for teachers.
TEACHERS = (
    think_styles.ordered,
    think_styles.answer_last,
    think_styles.terse,
    think_styles.planned,
    think_styles.checked,
    think_styles.named,
    think_styles.in_words,
    think_styles.doubted,
)


def solutions(problem: GeneratedProblem, most: int, teachers: int, seed: int) -> list[str]:
    """Different workings of a problem, at most so many, by the first `teachers` in a drawn order by turns."""
    draws = Draws(seed, "solutions", problem.uid)
    order = draws.some(TEACHERS[:teachers], min(teachers, len(TEACHERS)))
    texts = (order[turn % len(order)](problem.steps, draws) for turn in range(most))
    return list(dict.fromkeys(texts))
