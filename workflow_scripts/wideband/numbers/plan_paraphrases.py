"""The numbers of single ways of asking, where a benchmark asks for its answer spaces in several.

Exact measures alone, before and after training and between compared arms: each way of asking multiplies the
numbers, and sampled ones would rest on the few rollouts of one item.
"""

from collections.abc import Iterator

from ..config import Study
from .plan import Pair, Request, family, metric_path
from .plan_answers import TABLE, shared
from .plan_pairs import pairs

MEASURES = ("total_variation", "total_variation_invalid", "effective_answers", "valid_mass")
# An answer space, and a way of asking for it, counted from 1.
Asked = tuple[str, int]
# An arm and a checkpoint.
Place = tuple[str, str]


def paraphrase_numbers(study: Study) -> Iterator[Request]:
    """Requests for the ends of every arm's training, and for compared arms at their last checkpoints."""
    asked = {name: ways for name in study.benchmarks if (ways := ways_of_asking(study, name))}
    for name, ways in asked.items():
        for arm, at in ends(study):
            paths = (metric_path(TABLE, arm, at, name), f"data/{name}.parquet")
            for metric in measured(study, (arm, at), name):
                yield from _by_way(f"{metric}.{name}.{arm}.{at}", "paraphrases.mean", metric, ways, paths)
    for pair in family(study, pairs(study)) if asked else ():
        if pair.name in asked:
            yield from _differences(study, pair, asked[pair.name])


def _differences(study: Study, pair: Pair, ways: list[Asked]) -> Iterator[Request]:
    both, paths = shared(study, *pair.sides, pair.name), (*pair.metrics(TABLE), f"data/{pair.name}.parquet")
    for metric in (metric for metric in MEASURES if metric in both):
        identity = f"{metric}.diff.{pair.cell}"
        yield from _by_way(identity, "paraphrases.difference", metric, ways, paths)


def ways_of_asking(study: Study, name: str) -> list[Asked]:
    """Every answer space of a benchmark with each way of asking for it; none where there is but one way."""
    part = study.data.slices.get(name)
    if part is None or part.paraphrases == 1:
        return []
    return [(space, way) for space in part.spaces for way in range(1, part.paraphrases + 1)]


def ends(study: Study) -> list[Place]:
    """Where every arm begins and ends, each evaluation once: arms may share the untrained base."""
    places = ((arm, at) for arm in study.arms for at in ends_of(study, arm))
    return list(dict.fromkeys((study.evaluated_in(arm, at), at) for arm, at in places))


def ends_of(study: Study, arm: str) -> tuple[str, str]:
    """The first and the last checkpoint of an arm, the same of an untrained one."""
    chain = study.checkpoints(arm)
    return chain[0], chain[-1]


def measured(study: Study, place: Place, name: str) -> list[str]:
    """Those of `MEASURES` that an evaluation has."""
    if not study.has("items", *place, name):
        return []
    found = study.metrics(*place, name)
    return [metric for metric in MEASURES if metric in found]


def detail(space: str, way: int) -> str:
    """How an id ends that is of one way of asking."""
    return f"{space}.p{way}"


def _by_way(
    identity: str, estimator: str, metric: str, ways: list[Asked], paths: tuple[str, ...]
) -> Iterator[Request]:
    for space, way in ways:
        args = {"metric": metric, "space": space, "paraphrase": way}
        yield Request(f"{identity}.{detail(space, way)}", estimator, args, paths)
