"""The items of a stage with the answers that it teaches: those of a law, or worked ones."""

import numpy as np

from .. import tasks
from ..errors import WidebandError
from ..likelihood.exact import encode
from ..likelihood.items import questions
from ..lists import listed
from ..sampling.prompts import prompts
from ..scaffolds import Scaffold
from .methods import TrainingInputs
from .target_items import TargetItem


def of_laws(inputs: TrainingInputs) -> dict[str, TargetItem]:
    """The items by uid with their options; options without mass are never wanted.

    Raises SpaceError for options that the tokenizer cannot tell apart, or that exceed the policy's context.
    """
    problems = inputs.problems
    asked = questions(problems, prompts(problems, inputs.render))
    found = {}
    for uid, question in zip(problems["uid"], asked, strict=True):
        prompt, sequences = encode(inputs.tokenizer, question, inputs.context)
        law = np.array(question.space.law)
        rows = np.flatnonzero(law)
        found[uid] = TargetItem(prompt, [sequences[row] for row in rows], law[rows] / law[rows].sum())
    return found


def of_solutions(inputs: TrainingInputs) -> dict[str, TargetItem]:
    """The items by uid with their worked answers, as the arm's scaffold writes them, each as likely.

    What is read is what is taught: a direct answer to a problem has its working before it. A worked answer to
    an item without a gold is the answer.
    Raises WidebandError naming the uid of an item without any, or with one that exceeds the policy's context.
    """
    problems = inputs.problems
    columns = (problems[name] for name in ("uid", "task", "gold", "solutions"))
    found = {}
    for uid, task, gold, solutions, prompt in zip(*columns, prompts(problems, inputs.render), strict=True):
        texts = dict.fromkeys(_written(inputs.scaffold, task, gold, text) for text in listed(solutions))
        if not texts:
            raise WidebandError(f"uid {uid!r} has no worked answer: leave it out, or choose another method")
        sequences = [tuple(inputs.tokenizer.encode(text, add_special_tokens=False)) for text in texts]
        found[uid] = _fitting(uid, inputs.tokenizer.encode(prompt), sequences, inputs.context)
    return found


def _written(scaffold: Scaffold, task: str, gold: object, text: str) -> str:
    if isinstance(gold, str):
        return tasks.reader(task, scaffold.name).compose(text, gold)
    return scaffold.compose("", text, "no_body") if scaffold.tagged else text


def _fitting(uid: str, prompt: list[int], sequences: list[tuple[int, ...]], context: int) -> TargetItem:
    longest = len(prompt) + max(map(len, sequences)) + 1
    if longest > context:
        raise WidebandError(
            f"uid {uid!r}: prompt, worked answer and end token have {longest} tokens, more than the context "
            f"of {context}; leave it out"
        )
    return TargetItem(prompt, sequences, np.full(len(sequences), 1 / len(sequences)))
