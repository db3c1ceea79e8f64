"""The numbers of measures of texts: of single arms, gains over earlier checkpoints, and of compared arms."""

from collections.abc import Iterator

from ..config import Study
from ..metrics.text_names import CORRECT, across, within
from .plan import Request, metric_path

TABLE = "texts"


def text_numbers(study: Study) -> Iterator[Request]:
    """Requests for every arm × checkpoint × benchmark that has texts, and for gains over starts."""
    for arm, checkpoint, name in study.evaluations(TABLE):
        for metric in measures(study, arm, checkpoint, name):
            identity = named(metric, f"{name}.{arm}.{checkpoint}")
            path = metric_path(TABLE, arm, checkpoint, name)
            yield Request(identity, "diversity.mean", {"metric": metric}, (path,))
        yield from _gains(study, arm, checkpoint, name)


def _gains(study: Study, arm: str, checkpoint: str, name: str) -> Iterator[Request]:
    """Paired by prompt, with the p of a paired t-test."""
    if checkpoint == "base":
        return
    for start in dict.fromkeys(("base", study.stage_before(checkpoint, arm))):
        shared = measures(study, arm, start, name) if study.has(TABLE, arm, start, name) else []
        for metric in (each for each in measures(study, arm, checkpoint, name) if each in shared):
            identity = named(metric, f"gain.{name}.{arm}.{checkpoint}-{start}")
            paths = tuple(metric_path(TABLE, arm, at, name) for at in (checkpoint, start))
            yield Request(identity, "paired.difference", {"metric": metric}, paths)
            yield Request(f"{identity}.p", "paired.t_p", {"metric": metric}, paths)


def measures(study: Study, arm: str, checkpoint: str, name: str) -> list[str]:
    """The measures of an evaluation as its table names them; of correct outputs where there are any."""
    if not study.has(TABLE, arm, checkpoint, name):
        return []
    tokens, length = study.tokens(arm), study.texts.length
    inside = within(tokens, length)
    correct = [f"{each}{CORRECT}" for each in inside] if study.has("passk", arm, checkpoint, name) else []
    return [*inside, *correct, *across(tokens, length)]


def named(metric: str, rest: str) -> str:
    """The id of a number: the end `.correct` of a metric comes last."""
    return f"{metric.removesuffix(CORRECT)}.{rest}{CORRECT if metric.endswith(CORRECT) else ''}"
