"""The numbers of single arms: accuracy, pass@k, cost, diversity, gains, the hill-climbing curve."""

from collections.abc import Iterator

from .. import scaffolds
from ..config import Study
from ..metrics.diversity_names import CORRECT, DIVERSITY_METRICS
from .plan import Request, arm_path, ks, metric_path


def arm_numbers(study: Study) -> Iterator[Request]:
    """Requests for every arm × checkpoint × benchmark, then gains and step checkpoints."""
    for arm in study.arms:
        for checkpoint in study.checkpoints(arm):
            for name in study.benchmarks:
                yield from _evaluation(study, arm, checkpoint, name)
        yield from _gains(study, arm)
        yield from _climb(study, arm)


def _evaluation(study: Study, arm: str, checkpoint: str, name: str) -> Iterator[Request]:
    """Whatever the tables of this evaluation allow."""
    if study.has("passk", arm, checkpoint, name):
        yield from _accuracy(study, arm, checkpoint, name)
    if study.has("cost", arm, checkpoint, name):
        yield from _cost(study, arm, checkpoint, name)
    if study.has("diversity", arm, checkpoint, name):
        yield from _diversity(study, arm, checkpoint, name)
    if study.imported(arm) and study.has("missing", arm, checkpoint, name):
        identity, path = f"missing.{name}.{arm}.{checkpoint}", arm_path("missing", arm, checkpoint, name)
        yield Request(identity, "imported.missing", {}, (path,))


def _accuracy(study: Study, arm: str, checkpoint: str, name: str) -> Iterator[Request]:
    cell, paths = f"{name}.{arm}.{checkpoint}", (metric_path("passk", arm, checkpoint, name),)
    for k in ks(study, name, (arm, checkpoint)):
        yield Request(f"pass@{k}.{cell}", "passk.mean", {"k": k}, paths)
    confidence = {"confidence": study.statistics.confidence}
    yield Request(f"hit_rate.{cell}", "accuracy.hit_rate", confidence, paths)
    yield from undecided(study, arm, checkpoint, name)


def undecided(study: Study, arm: str, checkpoint: str, name: str) -> Iterator[Request]:
    """The count of verdicts that were not reached, where this project's grader gave them."""
    if not study.imported(arm) or (arm, checkpoint, name) in study.ungraded():
        path = arm_path("verdicts", arm, checkpoint, name)
        yield Request(f"undecided.{name}.{arm}.{checkpoint}", "verdicts.undecided", {}, (path,))


def _cost(study: Study, arm: str, checkpoint: str, name: str) -> Iterator[Request]:
    cell, paths = f"{name}.{arm}.{checkpoint}", (metric_path("cost", arm, checkpoint, name),)
    rates = {"tokens_per_rollout": "completion_tokens"}
    if scaffolds.get(study.arms[arm].scaffold).tagged:
        rates["tag_valid"] = "tag_valid"
    if "finish_reason" not in study.lacks(arm, checkpoint, name):
        rates["truncated"] = "truncated"
    for metric, column in rates.items():
        yield Request(f"{metric}.{cell}", "cost.per_rollout", {"metric": column}, paths)
    if not study.has("passk", arm, checkpoint, name):
        return
    yield Request(f"tokens_per_correct.{cell}", "cost.tokens_per_correct", {}, paths)
    if study.priced(arm, checkpoint, name):
        yield Request(f"money_per_correct.{cell}", "cost.money_per_correct", prices(study), paths)


def _diversity(study: Study, arm: str, checkpoint: str, name: str) -> Iterator[Request]:
    paths = (metric_path("diversity", arm, checkpoint, name),)
    for metric, suffix in measured(study, arm, checkpoint, name):
        identity = f"{metric}.{name}.{arm}.{checkpoint}{suffix}"
        yield Request(identity, "diversity.mean", {"metric": metric + suffix}, paths)


def measured(study: Study, arm: str, checkpoint: str, name: str) -> list[tuple[str, str]]:
    """(metric, suffix) of the diversity metrics that an evaluation has: all, or those imported."""
    files = study.imports.at(arm, checkpoint, name) if study.imports else []
    imported_metrics = {
        metric for file in files if file.format == "metrics" for metric in file.columns.values()
    }
    subsets = ("", CORRECT) if study.has("passk", arm, checkpoint, name) or imported_metrics else ("",)
    every = [(metric, suffix) for metric in DIVERSITY_METRICS for suffix in subsets]
    return (
        [measure for measure in every if "".join(measure) in imported_metrics] if imported_metrics else every
    )


def _gains(study: Study, arm: str) -> Iterator[Request]:
    for checkpoint in study.checkpoints(arm)[1:]:
        for start in dict.fromkeys(("base", study.stage_before(checkpoint, arm))):
            for name in study.benchmarks:
                if not all(study.has("passk", arm, at, name) for at in (checkpoint, start)):
                    continue
                paths = tuple(metric_path("passk", arm, at, name) for at in (checkpoint, start))
                yield Request(f"gain.{name}.{arm}.{checkpoint}-{start}", "accuracy.gain", {}, paths)


def _climb(study: Study, arm: str) -> Iterator[Request]:
    name = study.band.heldout.slice
    for checkpoint in climb_checkpoints(study, arm):
        paths = (metric_path("passk", arm, checkpoint, name),)
        yield Request(f"pass@1.{name}.{arm}.{checkpoint}", "passk.mean", {"k": 1}, paths)
        yield from undecided(study, arm, checkpoint, name)


def climb_checkpoints(study: Study, arm: str) -> list[str]:
    """The `stage@step` checkpoints of an arm that are evaluated on held-out."""
    stages = [stage for stage in study.own_stages(arm) if study.stages[stage].hill_climb]
    return [checkpoint for stage in stages for checkpoint in study.step_checkpoints(stage)]


def prices(study: Study) -> dict[str, float | str]:
    """Token prices as arguments of estimators."""
    table = study.prices
    return {
        "input_per_million": table.input_per_million,
        "output_per_million": table.output_per_million,
        "currency": table.currency,
    }
