"""Which jobs each rule has in a study: their wildcards and the outputs they write."""

from collections.abc import Callable, Iterator
from typing import Any

from . import layout
from .cells import Cell, Cells

Wildcards = dict[str, str]
Listed = Iterator[tuple[Wildcards, list[str]]]


def _sources(cells: Cells) -> Listed:
    if cells.study.imports:
        yield {}, [layout.SOURCE.format(path=path) for path in cells.study.imports.sources()]


def _imports(cells: Cells) -> Listed:
    for file in cells.study.imports.results() if cells.study.imports else ():
        yield {"entry": file.key}, list(file.tables().values())


def _imported_slices(cells: Cells) -> Listed:
    for name in cells.study.imported_slices():
        yield {"slice": name}, [layout.PROBLEMS.format(slice=name)]


def _slices(cells: Cells) -> Listed:
    for name in cells.study.data.slices:
        yield {"slice": name}, [layout.PROBLEMS.format(slice=name)]


def _heldout(cells: Cells) -> Listed:
    heldout = cells.study.band.heldout.slice
    if cells.own and cells.study.has_pool() and heldout not in cells.study.imported_slices():
        yield {}, [layout.PROBLEMS.format(slice=heldout)]


def _golds(cells: Cells) -> Listed:
    heldout = [cells.study.band.heldout.slice] if cells.own and cells.study.has_pool() else []
    names = (*cells.study.data.slices, *heldout)
    for name in (name for name in names if name not in cells.study.imported_slices()):
        yield {"slice": name}, [layout.GOLDS.format(slice=name)]


def _leakage(cells: Cells) -> Listed:
    if cells.own:
        yield {}, [layout.LEAKAGE]


def _bases(cells: Cells) -> Listed:
    for name in cells.study.bases():
        yield {"base": name}, [layout.MODEL.format(base=name)]


def _lengths(cells: Cells) -> Listed:
    if cells.own:
        yield {}, [layout.LENGTHS]


def _starts(cells: Cells) -> Listed:
    for arm, at in cells.study.adapters():
        yield {"arm": arm, "checkpoint": at}, [layout.ADAPTER.format(arm=arm, checkpoint=at)]


def _merges(cells: Cells) -> Listed:
    for arm, at in cells.study.merges():
        yield {"arm": arm, "checkpoint": at}, [layout.MERGED.format(arm=arm, checkpoint=at)]


def _trains(cells: Cells) -> Listed:
    for stage in cells.study.stages:
        steps = cells.study.step_checkpoints(stage)
        for arm in (arm for arm in cells.trained if stage in cells.study.own_stages(arm)):
            adapters = [layout.ADAPTER.format(arm=arm, checkpoint=at) for at in (stage, *steps)]
            tables = [layout.TRAINING_LOG, *([layout.EVAL_LOG] if cells.study.eval_steps(stage) else [])]
            logs = [pattern.format(arm=arm, checkpoint=stage) for pattern in tables]
            yield {"arm": arm, "stage": stage}, [*adapters, *logs]


def _samples(cells: Cells) -> Listed:
    return (_one(cell, layout.ROLLOUTS) for cell in cells.sampled)


def _loglikelihoods(cells: Cells) -> Listed:
    tables = (layout.LOGLIKELIHOODS, layout.NEXT_TOKENS)
    for cell in cells.answered:
        yield cell._asdict(), [_format(pattern, cell) for pattern in tables]


def _gradings(cells: Cells) -> Listed:
    return (_one(cell, layout.VERDICTS) for cell in cells.graded)


def _bands(cells: Cells) -> Listed:
    return (_one(cell, layout.BAND) for cell in cells.pooled)


def _band_trains(cells: Cells) -> Listed:
    for arm in cells.study.splits():
        name = layout.BAND_TRAIN.format(arm=arm)
        yield {"arm": arm}, [layout.PROBLEMS.format(slice=name)]


def _embeds(cells: Cells) -> Listed:
    return _of_checkpoints(cells, layout.EMBEDDINGS)


def _entails(cells: Cells) -> Listed:
    return _of_checkpoints(cells, layout.ENTAILMENT) if cells.study.entailment else iter(())


def _novelties(cells: Cells) -> Listed:
    for (arm, at), names in cells.parted.items():
        yield {"arm": arm, "checkpoint": at}, [_format(layout.NOVELTY, Cell(arm, at, name)) for name in names]


def _judges(cells: Cells) -> Listed:
    for (arm, at), names in cells.compared.items():
        yield (
            {"arm": arm, "checkpoint": at},
            [_format(layout.JUDGEMENTS, Cell(arm, at, name)) for name in names],
        )


def _of_checkpoints(cells: Cells, pattern: str) -> Listed:
    for (arm, at), names in cells.embedded.items():
        yield {"arm": arm, "checkpoint": at}, [_format(pattern, Cell(arm, at, name)) for name in names]


def _metric(metric: str, table: str, curve: bool = False) -> Callable[[Cells], Listed]:
    def listed(cells: Cells) -> Listed:
        shown = [*cells.having(table), *(cells.curve if curve else ())]
        if shown:
            yield {}, [_format(layout.METRICS, cell, metric=metric) for cell in shown]

    return listed


def _answers(cells: Cells) -> Listed:
    if cells.measured:
        yield {}, [_format(layout.METRICS, cell, metric="answers") for cell in cells.measured]


def _single(output: str) -> Callable[[Cells], Listed]:
    return lambda cells: iter([({}, [output])])


def _one(cell: Cell, pattern: str) -> tuple[Wildcards, list[str]]:
    return cell._asdict(), [_format(pattern, cell)]


def _format(pattern: str, cell: Cell, **others: Any) -> str:
    return pattern.format(**cell._asdict(), **others)


RULES: dict[str, Callable[[Cells], Listed]] = {
    "sources": _sources,
    "import_results": _imports,
    "import_slice": _imported_slices,
    "slice": _slices,
    "heldout": _heldout,
    "golds": _golds,
    "leakage": _leakage,
    "base": _bases,
    "lengths": _lengths,
    "start": _starts,
    "merge": _merges,
    "train": _trains,
    "sample": _samples,
    "grade": _gradings,
    "loglikelihood": _loglikelihoods,
    "band": _bands,
    "band_train": _band_trains,
    "embed": _embeds,
    "entail": _entails,
    "novelty": _novelties,
    "judge": _judges,
    "passk": _metric("passk", "passk", curve=True),
    "diversity": _metric("diversity", "rollouts"),
    "texts": _metric("texts", "texts"),
    "entailment": _metric("entailment", "entailment"),
    "cost": _metric("cost", "cost"),
    "answers": _answers,
    "number_records": _single(layout.NUMBERS),
    "report": _single(layout.REPORT),
}
