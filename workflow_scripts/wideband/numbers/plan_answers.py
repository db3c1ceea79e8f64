"""The numbers of metrics by item: of single arms, of answer spaces inside a benchmark, and gains."""

from collections.abc import Iterator

from ..config import Study
from ..config.data import Slice
from ..metrics import by_item
from .plan import Request, metric_path

TABLE = "answers"


def answer_numbers(study: Study) -> Iterator[Request]:
    """Requests for every arm × checkpoint × benchmark that has such metrics, and for gains over starts."""
    for arm, checkpoint, name in study.evaluations("items"):
        metrics = study.metrics(arm, checkpoint, name)
        spaces = several(study, name) if metrics else []
        for metric in metrics:
            paths = (metric_path(TABLE, arm, checkpoint, name), f"data/{name}.parquet")
            cell = f"{by_item.number(metric)}.{name}.{arm}.{checkpoint}"
            if by_item.is_test(metric):
                args = {"confidence": study.statistics.confidence}
                yield from _by_space(cell, "answers.rejected", metric, spaces, paths, **args)
            else:
                yield from _by_space(cell, "answers.mean", metric, spaces, paths)
                yield from _families(study, name, cell, "answers.over_families", metric, paths)
        yield from _gains(study, spaces, arm, checkpoint, name)


def _gains(study: Study, spaces: list[str], arm: str, checkpoint: str, name: str) -> Iterator[Request]:
    if checkpoint == "base":
        return
    for start in dict.fromkeys(("base", study.stage_before(checkpoint, arm))):
        for metric in shared(study, (arm, checkpoint), (arm, start), name):
            tables = (metric_path(TABLE, arm, at, name) for at in (checkpoint, start))
            paths, identity = (
                (*tables, f"data/{name}.parquet"),
                f"{metric}.gain.{name}.{arm}.{checkpoint}-{start}",
            )
            yield from _by_space(identity, "answers.gain", metric, spaces, paths)
            yield from _families(study, name, identity, "answers.gain_over_families", metric, paths)


def _families(
    study: Study, name: str, identity: str, estimator: str, metric: str, paths: tuple[str, ...]
) -> Iterator[Request]:
    """Mean and median over the families of distributions that a benchmark asks for, if it is several."""
    part = study.data.slices.get(name)
    if part and len(part.families) > 1:
        for of in ("mean", "median"):
            yield Request(f"{identity}.family_{of}", estimator, {"metric": metric, "of": of}, paths)


def _by_space(
    identity: str, estimator: str, metric: str, spaces: list[str], paths: tuple[str, ...], **args: float
) -> Iterator[Request]:
    """A number over all items of a benchmark, then over those of each answer space."""
    yield Request(identity, estimator, {"metric": metric, "space": None, **args}, paths)
    for space in spaces:
        yield Request(f"{identity}.{space}", estimator, {"metric": metric, "space": space, **args}, paths)


def shared(study: Study, first: tuple[str, str], second: tuple[str, str], name: str) -> list[str]:
    """The metrics by item that two (arm, checkpoint) have on a benchmark; tests of items are of one alone."""
    if not all(study.has("items", *point, name) for point in (first, second)):
        return []
    others = study.metrics(*second, name)
    both = (metric for metric in study.metrics(*first, name) if metric in others)
    return [metric for metric in both if not by_item.is_test(metric)]


def several(study: Study, name: str) -> list[str]:
    """The answer spaces, families or kinds that a benchmark asks for; none where there is but one."""
    part = study.data.slices.get(name)
    return asked(part) if part and len(asked(part)) > 1 else []


def asked(part: Slice) -> list[str]:
    """The answer spaces, families of distributions or kinds of prompts that a slice names."""
    return part.spaces or part.families or part.kinds
