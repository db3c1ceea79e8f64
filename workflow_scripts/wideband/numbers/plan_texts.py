"""The numbers of measures of texts, and of a judge of texts.

Of single arms, gains over earlier checkpoints (a judge's are over the base of the arm), and of compared arms.
"""

from collections.abc import Iterator

from ..config import Study
from ..config.evaluations import SECTIONS
from ..metrics import entailment_names, judge_names
from ..metrics.text_names import CORRECT, across, within
from .plan import Pair, Request, arm_path, metric_path


def text_numbers(study: Study) -> Iterator[Request]:
    """Requests for every arm × checkpoint × benchmark that has texts, and for gains over starts."""
    for table in SECTIONS:
        for arm, checkpoint, name in study.evaluations(table):
            path = metric_path(table, arm, checkpoint, name)
            for metric in measures(study, table, arm, checkpoint, name):
                identity = named(metric, f"{name}.{arm}.{checkpoint}")
                yield Request(identity, "diversity.mean", {"metric": metric}, (path,))
            yield from _errors(study, table, f"{name}.{arm}.{checkpoint}", path)
            yield from _gains(study, table, arm, checkpoint, name)


def _errors(study: Study, table: str, cell: str, path: str) -> Iterator[Request]:
    """The error of drawing pairs, where a study draws them."""
    if table != "entailment":
        return
    asked = study.entailment
    for metric in filter(None, (entailment_names.error(asked), entailment_names.error_across(asked))):
        yield Request(f"{metric}.{cell}", "texts.sampling_error", {"metric": metric}, (path,))


def _gains(study: Study, table: str, arm: str, checkpoint: str, name: str) -> Iterator[Request]:
    """Paired by prompt, with the p of a paired t-test."""
    if checkpoint == "base":
        return
    for start in dict.fromkeys(("base", study.stage_before(checkpoint, arm))):
        shared = measures(study, table, arm, start, name)
        for metric in (
            measure for measure in measures(study, table, arm, checkpoint, name) if measure in shared
        ):
            identity = named(metric, f"gain.{name}.{arm}.{checkpoint}-{start}")
            paths = tuple(metric_path(table, arm, at, name) for at in (checkpoint, start))
            yield Request(identity, "paired.difference", {"metric": metric}, paths)
            yield Request(f"{identity}.p", "paired.t_p", {"metric": metric}, paths)


def measures(study: Study, table: str, arm: str, checkpoint: str, name: str) -> list[str]:
    """The measures of an evaluation as its table names them; of correct outputs where there are any."""
    if not study.has(table, arm, checkpoint, name):
        return []
    correct = study.has("passk", arm, checkpoint, name)
    if table == "entailment":
        return entailment_names.measures(study.entailment, correct)
    tokens, length = study.tokens(arm), study.texts.length
    inside = within(tokens, length)
    of_correct = [f"{measure}{CORRECT}" for measure in inside] if correct else []
    return [*inside, *of_correct, *across(tokens, length)]


def named(metric: str, rest: str) -> str:
    """The id of a number: the end `.correct` of a metric comes last."""
    return f"{metric.removesuffix(CORRECT)}.{rest}{CORRECT if metric.endswith(CORRECT) else ''}"


def judge_numbers(study: Study) -> Iterator[Request]:
    """Requests for every evaluation that is judged."""
    for arm, checkpoint, name in study.evaluations("judgements"):
        path = arm_path("judgements", arm, checkpoint, name)
        for what in judge_names.TITLES:
            identity = f"{judge_names.name(what, study.judge)}.{name}.{arm}.{checkpoint}"
            yield Request(identity, "judge.share", {"what": what}, (path,))


def judge_differences(study: Study, pair: Pair) -> Iterator[Request]:
    """How much more often the first arm's answers are preferred than the second's, to those of one base."""
    bases = {study.evaluated_in(arm, "base") for arm in pair.arms}
    if len(bases) == 1 and pair.have(study, "judgements"):
        identity = f"{judge_names.name(judge_names.WIN, study.judge)}.diff.{pair.cell}"
        paths = tuple(arm_path("judgements", *side, pair.name) for side in pair.sides)
        yield Request(identity, "judge.difference", {"what": judge_names.WIN}, paths)
