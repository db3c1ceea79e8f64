"""Numbers of imported values per item and of imported counts of answers."""

from collections.abc import Iterable, Iterator
from itertools import combinations

from ..config import Study
from ..config.import_file import Import
from ..metrics.imported_names import COUNTED, PERCENT, SAMPLED, measures
from .lineages import together
from .plan import Request, arm_path, joined, metric_path

SIGNS = ("higher", "equal", "lower")
# Ends of ids of quotients, by how they are put together.
WAYS = (("means", ""), ("ratios", ".ratios"))
EFFECTS = ("training", "arm", "interaction")
# A group's name, and its items; all items have no name.
Group = tuple[str | None, list[str] | None]


def value_numbers(study: Study) -> Iterator[Request]:
    """Whatever imported values and counts of answers allow, slice by slice."""
    for name in study.imports.slices() if study.imports else ():
        for metric in dict.fromkeys(measure for file in study.imports.files for measure in file.measured()):
            conditions = study.imports.values(name, metric)
            if conditions:
                yield from _metric(study, conditions, name, metric)
        yield from _choices(study, name)
    yield from _intervals(study)


def _metric(study: Study, conditions: list[Import], name: str, metric: str) -> Iterator[Request]:
    for condition in conditions:
        yield from _condition(study, condition, name, metric)
    for earlier, later in _pairs(study, conditions):
        compared = {(earlier.arm, later.arm), (later.arm, earlier.arm)} & set(study.pairs())
        yield from _pair(later, earlier, name, metric, bool(compared))
    if not conditions[0].models:
        yield from _effects(conditions, name, metric)
    paths = tuple(_path(condition) for condition in conditions)
    yield Request(f"cells.{metric}.{name}", "values.cells", {"metric": metric}, paths)


def _pairs(study: Study, conditions: list[Import]) -> Iterable[tuple[Import, Import]]:
    """The conditions that are compared, the earlier first: all of a few files, of a grid those that belong
    together: a checkpoint and where it comes from, a policy asked in two ways, the ends of compared arms.
    """
    if not conditions[0].models:
        return combinations(conditions, 2)
    found = {(condition.arm, condition.checkpoint): condition for condition in conditions}
    places = [[(study.evaluated_in(*point), point[1]) for point in pair] for pair in together(study)]
    return [
        (found[earlier], found[later]) for earlier, later in places if earlier in found and later in found
    ]


def _condition(study: Study, entry: Import, name: str, metric: str) -> Iterator[Request]:
    cell, paths, args = _cell(entry), (_path(entry),), {"metric": metric}
    for group, items in _groups(entry):
        chosen = args | {"items": items}
        yield Request(_of(f"{metric}.{cell}", group), "values.mean", chosen, paths)
        if metric in entry.past:
            limit = chosen | {"threshold": entry.past[metric]}
            yield Request(_of(f"{metric}.past.{cell}", group), "values.past", limit, paths)
        if metric == SAMPLED and name in study.imports.spaces():
            both, only = (*paths, f"data/{name}.parquet"), {"items": items}
            yield Request(_of(f"variation_floor.{cell}", group), "choices.sampled_floor", only, both)
            yield Request(_of(f"excess_variation.{cell}", group), "choices.excess", only, both)
            yield Request(_of(f"distinct_answers.{cell}", group), "choices.distinct", only, both)
    if metric == PERCENT:
        args |= {"confidence": study.statistics.confidence}
        yield Request(f"nearest_share.{cell}", "values.nearest_share", args, paths)


def _pair(later: Import, earlier: Import, name: str, metric: str, compared: bool) -> Iterator[Request]:
    """Later − earlier in the order of the study's files; of compared arms the quotient as well."""
    cell, paths = _pair_cell(later, earlier), (_path(later), _path(earlier))
    for group, items in _groups(later):
        args, single = {"metric": metric, "items": items}, items is not None and len(items) == 1
        if later.models and single and later.arm == earlier.arm and earlier.checkpoint != "base":
            continue  # What a stage did to a single task is told in % of the base.
        yield Request(_of(f"{metric}.diff.{cell}", group), "values.difference", args, paths)
        # Of a single item the sign is that of the difference.
        for what in SIGNS if not later.models or (measures(metric) and not single) else ():
            counted = args | {"what": what}
            yield Request(_of(f"{metric}.{what}.{cell}", group), "values.sign", counted, paths)
        for how, end in WAYS[: 1 if single else 2] if compared and measures(metric) else ():
            identity = _of(f"{metric}.relative.{cell}{end}", group)
            yield Request(identity, "values.relative", args | {"how": how}, paths)


def _effects(conditions: list[Import], name: str, metric: str) -> Iterator[Request]:
    """Of two arms that both were measured at the same two checkpoints."""
    found: dict[str, dict[str, Import]] = {}
    for condition in conditions:
        found.setdefault(str(condition.arm), {})[condition.checkpoint] = condition
    for first, second in combinations(found, 2):
        shared = [at for at in found[first] if at in found[second]]
        for before, after in combinations(shared, 2):
            cell = f"{name}.{first}-{second}.{after}-{before}"
            paths = tuple(_path(found[arm][at]) for arm in (first, second) for at in (after, before))
            for what in EFFECTS:
                args = {"metric": metric, "what": what}
                yield Request(f"{metric}.effect.{cell}.{what}", "values.effect", args, paths)


def _choices(study: Study, name: str) -> Iterator[Request]:
    """How many items a slice has; where they come with options, floor and counts."""
    problems, spaces = f"data/{name}.parquet", study.imports.spaces()
    if name in spaces or (name not in study.benchmarks and name in study.imports.lists()):
        yield Request(f"items.{name}", "split.size", {}, (problems,))
    if name not in spaces:
        return
    # One answer an item says nothing of a law.
    if name in study.benchmarks and study.benchmarks[name].n > 1:
        args = {"n": study.benchmarks[name].n, "items": None}
        yield Request(f"variation_floor.{name}", "choices.floor", args, (problems,))
    for file in study.imports.files:
        if file.format == "answers" and file.slice == name:
            yield from _counts(study, file, problems)


def _counts(study: Study, entry: Import, problems: str) -> Iterator[Request]:
    cell = _cell(entry)
    paths = (arm_path("answers", entry.arm, entry.checkpoint, entry.slice), problems)
    level = {"confidence": study.statistics.confidence}
    for what in COUNTED:
        yield Request(f"{what}.{cell}", "choices.measure", {"what": what}, paths)
    yield Request(f"sampled_valid.{cell}", "choices.valid", level, paths)
    yield Request(f"answers_top_share.{cell}", "choices.share", {"options": None, **level}, paths)
    yield Request(f"answers_never.{cell}", "choices.never", {"options": None}, paths)
    for group, options in entry.groups.items():
        args = {"options": options}
        yield Request(f"answers_never.{cell}.{group}", "choices.never", args, paths)
        yield Request(f"answers_share.{cell}.{group}", "choices.share", args | level, paths)


def _intervals(study: Study) -> Iterator[Request]:
    """Ends of intervals as their authors drew them."""
    for interval in study.imports.intervals if study.imports else ():
        places = interval.places
        paths = tuple(metric_path("imported", arm, at, interval.slice) for arm, at in places)
        arms, at = [arm for arm, _ in places], [at for _, at in places]
        cell = f"{interval.slice}.{arms[0]}.{at[0]}"
        if len(places) > 1:
            cell = f"diff.{interval.slice}.{joined(*arms)}.{joined(*at)}"
        seeds = {"draws": interval.resamples, "numpy_seed": interval.seed}
        for end in ("low", "high"):
            args = {"metric": interval.metric, **seeds, "confidence": study.statistics.confidence, "end": end}
            yield Request(f"published_{end}.{interval.metric}.{cell}", "values.numpy_end", args, paths)


def _groups(entry: Import) -> list[Group]:
    return [(None, None), *entry.groups.items()]


def _of(identity: str, group: str | None) -> str:
    return f"{identity}.{group}" if group else identity


def _cell(entry: Import) -> str:
    return f"{entry.slice}.{entry.arm}.{entry.checkpoint}"


def _pair_cell(first: Import, second: Import) -> str:
    return f"{first.slice}.{joined(first.arm, second.arm)}.{joined(first.checkpoint, second.checkpoint)}"


def _path(entry: Import) -> str:
    return metric_path("imported", entry.arm, entry.checkpoint, entry.slice)
