"""Every name in a study, held against the one check of names; same form as in `checks`."""

from collections.abc import Iterator
from typing import Any

from .names import name_fault
from .study import Study


def problems(study: Study) -> Iterator[str]:
    """All names that cannot be used."""
    for kind, key, name in _named(study):
        if fault := name_fault(kind, name):
            yield f"{key}: {fault}"
    if "all_tasks" in study.benchmarks:
        yield "benchmarks.all_tasks: 'all_tasks' stands for all benchmarks together; give it another name"
    for section in ("arms", "stages"):
        yield from _title_problems(section, getattr(study, section))
    if "base" in study.stages:
        yield "stages.base: 'base' is the untrained policy; give the stage another name"
    for arm, body in study.arms.items():
        if "base" in (body.checkpoints or ()):
            yield f"arms.{arm}.checkpoints.base: 'base' is the untrained policy; give it as the arm's base"


def _title_problems(section: str, bodies: dict[str, Any]) -> Iterator[str]:
    """Titles that two share: figures put both on one row."""
    taken: dict[str, str] = {}
    for name, body in bodies.items():
        other = taken.setdefault(body.title or name.replace("_", " "), name)
        if other != name:
            yield f"{section}.{name}.title: {section}.{other} is called the same in the report; change one"


def _named(study: Study) -> Iterator[tuple[str, str, str]]:
    """(kind, key, name) of all that a study names; slices and stages where they are made."""
    yield "study", "name", study.name
    if study.base:
        yield "base", "base.name", study.base.name
    for arm, body in study.arms.items():
        yield "arm", f"arms.{arm}", arm
        if body.base:
            yield "base", f"arms.{arm}.base.name", body.base.name
        yield from (("stage", f"arms.{arm}.checkpoints.{name}", name) for name in body.checkpoints or ())
    for stage in study.stages:
        yield "stage", f"stages.{stage}", stage
    for section, names in {"data.slices": study.data.slices, "benchmarks": study.benchmarks}.items():
        yield from (("slice", f"{section}.{name}", name) for name in names)
    yield "slice", "band.pool", study.band.pool
    yield "slice", "band.heldout.slice", study.band.heldout.slice
    for place, file in enumerate(study.imports.files if study.imports else ()):
        parts = {"arm": file.arm, "checkpoint": file.checkpoint, "slice": file.slice}
        parts_named = {kind: name for kind, name in parts.items() if name is not None}
        yield from ((kind, f"imports.files.{place}.{kind}", name) for kind, name in parts_named.items())
