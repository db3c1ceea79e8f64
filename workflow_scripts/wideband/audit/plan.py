"""The numbers that a study has to report, whatever its records say."""

from ..numbers.plan import Request
from ..numbers.plan_pool import pool_path
from ..numbers.study import planned
from .results import Results


def requests(results: Results) -> list[Request]:
    """Every number by the plan of the study; those of sources in the pool only if the pool can be read."""
    study = results.study
    pool = results.frame(pool_path(study)) if study.band_stage() else None
    known = pool is not None and "source" in pool
    return planned(study, sorted(set(map(str, pool["source"].dropna()))) if known else ())
