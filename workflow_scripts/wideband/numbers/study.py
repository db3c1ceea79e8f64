"""All numbers of a study. The ids are listed in `wideband.numbers`."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from ..config import Study
from ..config.runs import pooled
from ..metrics.bootstrap import Bootstrap
from .inputs import Tables
from .plan import Request
from .plan_answers import answer_numbers
from .plan_arms import arm_numbers
from .plan_imports import grid_numbers, imported_numbers
from .plan_lineages import lineage_numbers
from .plan_pairs import pair_numbers
from .plan_paraphrases import paraphrase_numbers
from .plan_pool import band_numbers, pool_path, training_numbers
from .plan_runs import over_runs, shared
from .plan_texts import judge_numbers, text_numbers
from .plan_values import value_numbers
from .record import NumberRecord
from .registry import build


def planned(study: Study, sources: Sequence[str] = ()) -> list[Request]:
    """Every number of a study in the order of its records; `sources` are those that occur in the pool.

    Of an arm that was trained several times: the numbers of each run, then those over its runs.
    """
    every = [
        *_of_runs(study),
        *band_numbers(study, sources),
        *imported_numbers(study, sources),
        *value_numbers(study),
        *grid_numbers(study),
        *training_numbers(study),
    ]
    return list(shared(study, every))


def _of_runs(study: Study) -> Iterator[Request]:
    """What is said of arms and of several arms together."""
    whole, single = pooled(study), _of_arms(study)
    yield from single
    if whole is study:
        yield from (*pair_numbers(study), *paraphrase_numbers(study), *lineage_numbers(study))
        return
    known = {request.id for request in single}
    of_arms = (request for request in over_runs(study, whole, _of_arms(whole)) if request.id not in known)
    yield from of_arms
    yield from over_runs(study, whole, pair_numbers(whole))
    yield from over_runs(study, whole, paraphrase_numbers(whole))
    yield from over_runs(study, whole, lineage_numbers(whole))


def _of_arms(study: Study) -> list[Request]:
    """What is said of one arm at a time, by the study's own arms."""
    return [*arm_numbers(study), *answer_numbers(study), *text_numbers(study), *judge_numbers(study)]


def required_tables(study: Study) -> list[str]:
    """Paths under the results folder of every table that the study's numbers read, sorted."""
    return sorted({path for request in planned(study) for path in request.paths})


def study_numbers(study: Study, root: str | Path, fingerprint: str = "") -> list[NumberRecord]:
    """Compute every number of a study from the tables under its results folder `root`.

    `fingerprint` is the digest of the code, kept in every record. Raises TableError or NumberError that
    names the file.
    """
    tables = Tables(root)
    settings = study.statistics
    boot = Bootstrap(settings.confidence, settings.resamples, settings.seed)
    return [
        build(request.id, request.estimator, request.args, request.paths, tables, boot, fingerprint)
        for request in planned(study, _sources(study, tables))
    ]


def _sources(study: Study, tables: Tables) -> list[str]:
    if not study.bands():
        return []
    return sorted(tables.frame(pool_path(study))["source"].unique())
