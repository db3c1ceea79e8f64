"""Numbers of imported results alone: curves by source, published splits, where a band was measured."""

from collections.abc import Iterator, Sequence

from ..config import Study
from ..config.import_file import Import
from ..config.imports import step_of
from .plan import Request, arm_path


def imported_numbers(study: Study, sources: Sequence[str]) -> Iterator[Request]:
    """Requests that only imports give rise to; `sources` are those that occur in the pool."""
    for file in study.imports.files if study.imports else ():
        if file.format == "curve":
            yield from _curve(study, file, sources)
    for arm, checkpoint in study.bands().items():
        yield from _splits(study, arm)
        yield from _band_policy(study, arm, checkpoint)


def _curve(study: Study, entry: Import, sources: Sequence[str]) -> Iterator[Request]:
    """Accuracy at every evaluation inside the stage, and its gain over where the stage starts."""
    start = study.stage_before(entry.checkpoint, entry.arm)
    level = {"confidence": study.statistics.confidence}
    paths = (entry.tables()["curve"], f"data/{entry.slice}.parquet")
    for at in (start, *study.step_checkpoints(entry.checkpoint)):
        for source in (None, *sources):
            args = {"step": step_of(at), "source": source or "all", **level}
            cell = f"{entry.slice}.{entry.arm}.{at}"
            yield Request(_of(f"pass@1.{cell}", source), "curve.accuracy", args, paths)
            if at != start:
                yield Request(_of(f"gain.{cell}-{start}", source), "curve.gain", args, paths)


def _of(identity: str, source: str | None) -> str:
    return f"{identity}.{source}" if source else identity


def _splits(study: Study, arm: str) -> Iterator[Request]:
    """The arm's training split as made here out of its band, and what it shares with the published one."""
    published = [file for file in study.imports.of(arm) if file.format == "problems"] if study.imports else []
    for file in published:
        made = f"data/{arm}_band_train.parquet"
        yield Request(f"band_train_size.{arm}", "split.size", {}, (made,))
        paths = (made, f"data/{file.slice}.parquet")
        for what in ("shared", "first_only", "second_only"):
            yield Request(f"band_train_published.{arm}.{what}", "split.shared", {"what": what}, paths)


def _band_policy(study: Study, arm: str, checkpoint: str) -> Iterator[Request]:
    """Whether the band's policy is the one that the stage on the band starts from, as the files name both."""
    stage, pool = study.band_stage(), study.band.pool
    if stage is None or (arm, stage) not in study.logs() or not study.has("policy", arm, checkpoint, pool):
        return
    start = study.stage_before(stage, arm)
    evaluated = [name for name in study.benchmarks if study.has("policy", arm, start, name)]
    if evaluated:
        paths = (arm_path("policy", arm, checkpoint, pool), arm_path("policy", arm, start, evaluated[0]))
        yield Request(f"band_at_start.{pool}.{arm}.{stage}", "policy.same", {}, paths)
