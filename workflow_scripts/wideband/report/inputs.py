"""The files of a study that its site is made of.

Beside these, cards read manifests: that of `numbers.jsonl`, and those that hang on it. They are declared with
it, since the manifest of a job records, with each input, the digest of the input's own manifest.
"""

from ..config import Study
from ..config.runs import evaluated_runs, pooled
from .figures import calibration, imported
from .figures.band import band_path
from .figures.laws import required
from .figures.training import log_path
from .transcripts import shown_benchmarks, shown_checkpoints, table_paths

NUMBERS = "numbers.jsonl"


def required_files(study: Study) -> list[str]:
    """Paths under the results folder of every file that `build_site` reads, sorted."""
    gallery, shown = _gallery(pooled(study)), {*imported.tables(study), *required(pooled(study))}
    shown |= set(calibration.required(pooled(study)))
    return sorted({NUMBERS, *gallery, *_training(study), *shown})


def _gallery(study: Study) -> set[str]:
    shown = [(arm, at, name) for name in shown_benchmarks(study) for arm, at in shown_checkpoints(study)]
    tables = {
        path for arm, at, name in shown for path in table_paths(evaluated_runs(study, arm, at)[0], at, name)
    }
    return tables | {f"data/{name}.parquet" for name in shown_benchmarks(study)}


def _training(study: Study) -> set[str]:
    logs = {log_path(arm, stage) for arm, stage in study.logs()}
    return logs | {band_path(study, arm, at) for arm, at in study.bands().items()}
