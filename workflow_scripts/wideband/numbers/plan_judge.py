"""The numbers of a judge: of every checkpoint against the base of its arm, and of compared arms."""

from collections.abc import Iterator

from ..config import Study
from ..metrics import judge_names
from .pair import Pair
from .plan import Request, arm_path


def judge_numbers(study: Study) -> Iterator[Request]:
    """Requests for every evaluation that is judged."""
    for arm, checkpoint, name in study.evaluations("judgements"):
        path = arm_path("judgements", arm, checkpoint, name)
        for what in judge_names.TITLES:
            identity = f"{judge_names.name(what, study.judge)}.{name}.{arm}.{checkpoint}"
            yield Request(identity, "judge.share", {"what": what}, (path,))


def compared(study: Study, pair: Pair) -> Iterator[Request]:
    """How much more often the first arm's answers are preferred than the second's, to those of one base."""
    bases = {study.evaluated_in(arm, "base") for arm in pair.arms}
    if len(bases) == 1 and pair.have(study, "judgements"):
        identity = f"{judge_names.name(judge_names.WIN, study.judge)}.diff.{pair.cell}"
        paths = tuple(arm_path("judgements", *side, pair.name) for side in pair.sides)
        yield Request(identity, "judge.difference", {"what": judge_names.WIN}, paths)
