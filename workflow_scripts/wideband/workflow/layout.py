"""Where results are: the folder of a study, which may be a link to another disk, and patterns below it."""

from dataclasses import dataclass
from pathlib import Path

from ..config import Study
from ..errors import WidebandError

RESULTS = Path("results")

ROLLOUTS = "arms/{arm}/{checkpoint}/rollouts/{slice}.parquet"
VERDICTS = "arms/{arm}/{checkpoint}/verdicts/{slice}.parquet"
LOGLIKELIHOODS = "arms/{arm}/{checkpoint}/loglikelihoods/{slice}.parquet"
NEXT_TOKENS = "arms/{arm}/{checkpoint}/next_tokens/{slice}.parquet"
BAND = "arms/{arm}/{checkpoint}/band/{slice}.parquet"
EMBEDDINGS = "arms/{arm}/{checkpoint}/embeddings/{slice}.parquet"
ENTAILMENT = "arms/{arm}/{checkpoint}/entailment/{slice}.parquet"
NOVELTY = "arms/{arm}/{checkpoint}/novelty/{slice}.parquet"
JUDGEMENTS = "arms/{arm}/{checkpoint}/judgements/{slice}.parquet"
ADAPTER = "arms/{arm}/{checkpoint}/adapter"
TRAINING_LOG = "arms/{arm}/{checkpoint}/training_log.parquet"
EVAL_LOG = "arms/{arm}/{checkpoint}/eval_log.parquet"
METRICS = "metrics/{metric}/{arm}/{checkpoint}/{slice}.parquet"
PROBLEMS = "data/{slice}.parquet"
GOLDS = "data/{slice}.golds.json"
BAND_TRAIN = "{arm}_band_train"
LEAKAGE = "data/leakage.json"
LENGTHS = "data/lengths.json"
MODEL = "models/{base}"
MERGED = "models/{arm}-{checkpoint}"
SOURCE = "sources/{path}"
NUMBERS = "numbers.jsonl"
REPORT = "report"
SPECS = "specs"


@dataclass(frozen=True)
class Checkpoint:
    """An arm at a checkpoint: folders of its base model and of its adapter, None where it has none."""

    arm: str
    name: str
    base: Path
    adapter: Path | None


def model_of(study: Study, arm: str, checkpoint: str) -> str:
    """The model that a checkpoint of an arm is, or that its adapter is for."""
    return MODEL.format(base=study.base_of(arm, checkpoint).name)


def adapter_of(study: Study, arm: str, checkpoint: str) -> str:
    """The adapter of a checkpoint in an arm's lineage, in the folder of the arm that trained it."""
    return ADAPTER.format(arm=study.holder(arm, checkpoint), checkpoint=checkpoint)


class PlaceError(WidebandError):
    """No results folder can be where it should be; the message names the path and what is there."""


def results_folder(study: str) -> Path:
    """The results folder of a study, which need not be there yet. Raises PlaceError."""
    folder = RESULTS / study
    for path in (RESULTS, folder):
        if path.is_symlink() and not path.exists():
            raise PlaceError(f"{path}: a link to {path.readlink()}, which does not exist; create that folder")
        if path.exists() and not path.is_dir():
            raise PlaceError(f"{path}: not a folder, but results are written there; move it away")
    return folder
