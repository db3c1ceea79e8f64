"""What a study's site is made of: parameters of its job, and files of the results.

Besides those files, cards read manifests: that of `numbers.jsonl`, and those that hang on it. They are
declared with it: the manifest of a job records, with each input, the digest of the input's own manifest.
"""

from dataclasses import dataclass, field
from typing import Any

from ..config import Study
from ..config.runs import evaluated_runs, pooled
from ..numbers.claims import Claim, parse_files
from .figures import calibration, imported
from .figures.band import band_path
from .figures.laws import required
from .figures.training import log_path
from .transcripts import shown_benchmarks, shown_checkpoints, table_paths

NUMBERS = "numbers.jsonl"


@dataclass(frozen=True)
class ReportParams:
    """What comes out of files of the project and out of the ledger.

    Attributes:
        fragments: templates by file name.
        registered: the registry's entries of the study's sources.
        claims: those of the files of claims.
        registrations: claims that were registered: `line` of the ledger, whether that was `before` there was
            any result, and the `claim` as it was said.
    """

    fragments: dict[str, str] = field(default_factory=dict)
    registered: dict[str, dict[str, Any]] = field(default_factory=dict)
    claims: tuple[Claim, ...] = ()
    registrations: tuple[dict[str, Any], ...] = ()

    @classmethod
    def from_params(cls, params: dict[str, Any]) -> "ReportParams":
        """Out of the parameters of the rule `report`."""
        claims = [claim for _, claim in parse_files(params.get("claims", {}))]
        registrations = params.get("registrations", ())
        return cls(params["fragments"], params["registered"], tuple(claims), tuple(registrations))


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
