"""The numbers of a judge: of every checkpoint against the base of its arm."""

from collections.abc import Iterator

from ..config import Study
from ..metrics import judge_names
from .plan import Request, arm_path


def judge_numbers(study: Study) -> Iterator[Request]:
    """Requests for every evaluation that is judged."""
    for arm, checkpoint, name in study.evaluations("judgements"):
        path = arm_path("judgements", arm, checkpoint, name)
        for what in judge_names.TITLES:
            identity = f"{judge_names.name(what, study.judge)}.{name}.{arm}.{checkpoint}"
            yield Request(identity, "judge.share", {"what": what}, (path,))
