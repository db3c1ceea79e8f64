"""What in a study's imports refers to something else; same form as in `checks`."""

from collections import Counter
from collections.abc import Iterator

from ..metrics.diversity_names import CORRECT, DIVERSITY_METRICS
from .import_file import COLUMNS, LOGS, VALUES, Import
from .imports import Interval
from .names import name_fault, path_fault
from .study import Study

NEEDS = {
    "counts": ("arm", "slice"),
    "metrics": ("arm", "slice"),
    "training_log": ("arm",),
    "curve": ("arm", "slice"),
    "problems": ("slice",),
    **dict.fromkeys(("answers", *VALUES), ("arm", "slice")),
    "grid": ("slice",),
    **dict.fromkeys(LOGS, ("arm", "slice")),
}
MEASURED = {name + suffix for name in DIVERSITY_METRICS for suffix in ("", CORRECT)}


def problems(study: Study) -> Iterator[str]:
    """All inconsistencies of the imports and of the arms that they are about."""
    files = study.imports.files if study.imports else []
    yield from _arms(study, {condition.arm for file in files for condition in file.conditions()})
    for place, file in enumerate(files):
        key = f"imports.files.{place}"
        yield from _entry(study, file, key)
        yield from _grid(file, key)
    for place, drawn in enumerate(study.imports.intervals if study.imports else []):
        yield from _interval(study, drawn, f"imports.intervals.{place}")
    made = Counter(path for file in files for path in file.tables().values())
    for path, times in made.items():
        if times > 1:
            yield f"imports.files: {times} files give {path}; keep one of them"


def _arms(study: Study, about: set[str | None]) -> Iterator[str]:
    for name in study.arms:
        if study.imported(name) and name not in about:
            yield f"arms.{name}.prompt: missing key; add it, or name the arm in a file under imports"
        if not study.imported(name) and name in about:
            yield f"arms.{name}.prompt: the arm's results are imported; remove the prompt or the import"
        if not study.imported(name) and study.base_of(name) is None:
            yield f"base: missing key; arm '{name}' is sampled and needs a base model"


def _entry(study: Study, file: Import, key: str) -> Iterator[str]:
    for name in NEEDS[file.format]:
        if getattr(file, name) is None:
            yield f"{key}.{name}: missing key; format {file.format} needs it"
    for one in file.conditions():
        yield from _place(study, one, key)
    for column, metric in file.columns.items() if file.format == "metrics" else ():
        if metric not in MEASURED:
            known = ", ".join(DIVERSITY_METRICS)
            yield f"{key}.columns.{column}: no metric is called '{metric}'; known: {known}"
    yield from _values(file, key)
    named = [("path", path) for path in file.paths] + [("about", file.about)]
    for part, path in named:
        if path is not None and (fault := path_fault(path, "imports.root")):
            yield f"{key}.{part}: {fault}"
    known = [*study.benchmarks, study.band.pool, study.band.heldout.slice]
    if file.format != "problems" and file.slice is not None and file.slice not in known:
        yield (
            f"{key}.slice: '{file.slice}' is not a benchmark, pool or held-out slice; add it under benchmarks"
        )


def _place(study: Study, file: Import, key: str) -> Iterator[str]:
    """The arm and the checkpoint that a file, or a row of a grid, is about."""
    whose = [f"{key}.models.{place}" for place in file.models] or [f"{key}.arm", f"{key}.checkpoint"]
    if file.arm is not None and file.arm not in study.arms:
        yield f"{whose[0]}: unknown arm '{file.arm}'; add it under arms"
    stage = file.checkpoint.split("@")[0]
    if stage not in ("base", *study.stages):
        yield f"{whose[-1]}: unknown stage '{stage}'; known: base, {', '.join(study.stages)}"
    elif file.format in ("training_log", "curve") and file.checkpoint not in study.stages:
        yield f"{whose[-1]}: a {file.format} is of a stage; name one of: {', '.join(study.stages)}"


def _grid(file: Import, key: str) -> Iterator[str]:
    """What a grid has to say, and no other file may."""
    if file.format != "grid":
        yield from (
            f"{key}.{name}: only format grid has it; remove it"
            for name in ("models", "less")
            if getattr(file, name)
        )
        return
    if not file.models:
        yield f"{key}.models: missing key; name the row of every checkpoint, as `think.base: Base`"
    if file.arm is not None or file.checkpoint != "base":
        yield f"{key}.arm: a grid names its arms and checkpoints under models; remove it"
    if file.columns == COLUMNS:
        yield f"{key}.columns: missing key; say which file or column is which metric"
    for place, rows in file.models.items():
        arm, _, at = place.partition(".")
        for kind, name in (("arm", arm), ("checkpoint", at or "base")):
            if fault := name_fault(kind, name):
                yield f"{key}.models.{place}: {fault}"
        if not rows or (isinstance(rows, list) and len(set(rows)) < len(rows)):
            yield f"{key}.models.{place}: name each of its rows once"
    known_metrics = set(file.columns.values())
    for name, pair in file.less.items():
        for metric in sorted(set(pair) - known_metrics):
            yield f"{key}.less.{name}: no column is '{metric}'; known: {', '.join(sorted(known_metrics))}"
        if name in known_metrics:
            yield f"{key}.less.{name}: a column has this name already; choose another"


def _values(file: Import, key: str) -> Iterator[str]:
    """Names of values and of groups become parts of ids of numbers."""
    if file.format == "grid":
        for name in file.less:
            if fault := name_fault("arm", name):
                yield f"{key}.less.{name}: {fault}"
    for column, metric in file.columns.items() if file.format in ("cells", "printed", "grid") else ():
        if fault := name_fault("arm", metric):
            yield f"{key}.columns.{column}: {fault}"
    for metric in file.past:
        if metric not in file.measured():
            yield f"{key}.past.{metric}: the file gives no such metric; it gives {', '.join(file.measured())}"
    for group, members in file.groups.items():
        if fault := name_fault("arm", group):
            yield f"{key}.groups.{group}: {fault}"
        if not members or len(set(members)) < len(members):
            yield f"{key}.groups.{group}: name each of its members once"


def _interval(study: Study, drawn: Interval, key: str) -> Iterator[str]:
    """Its conditions are among the files."""
    measured = [
        (condition.arm, condition.checkpoint) for condition in study.imports.values(drawn.slice, drawn.metric)
    ]
    for place in drawn.places:
        if place not in measured:
            known = ", ".join(".".join(map(str, parts)) for parts in measured) or "none"
            wanted = f"{drawn.metric} of {'.'.join(place)} on {drawn.slice}"
            yield f"{key}.of: no file gives {wanted}; known: {known}"
