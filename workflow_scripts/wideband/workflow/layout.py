"""Where results lie, as patterns below a study's results folder."""

from ..config import Study

ROLLOUTS = "arms/{arm}/{checkpoint}/rollouts/{slice}.parquet"
VERDICTS = "arms/{arm}/{checkpoint}/verdicts/{slice}.parquet"
LOGLIKELIHOODS = "arms/{arm}/{checkpoint}/loglikelihoods/{slice}.parquet"
NEXT_TOKENS = "arms/{arm}/{checkpoint}/next_tokens/{slice}.parquet"
BAND = "arms/{arm}/{checkpoint}/band/{slice}.parquet"
EMBEDDINGS = "arms/{arm}/{checkpoint}/embeddings/{slice}.parquet"
ENTAILMENT = "arms/{arm}/{checkpoint}/entailment/{slice}.parquet"
ADAPTER = "arms/{arm}/{checkpoint}/adapter"
TRAINING_LOG = "arms/{arm}/{checkpoint}/training_log.parquet"
METRICS = "metrics/{metric}/{arm}/{checkpoint}/{slice}.parquet"
PROBLEMS = "data/{slice}.parquet"
GOLDS = "data/{slice}.golds.json"
BAND_TRAIN = "{arm}_band_train"
LEAKAGE = "data/leakage.json"
LENGTHS = "data/lengths.json"
MODEL = "models/{base}"
SOURCE = "sources/{path}"
NUMBERS = "numbers.jsonl"
REPORT = "report"
SPECS = "specs"


def adapter_of(study: Study, arm: str, checkpoint: str) -> str:
    """The adapter of a checkpoint in an arm's lineage, in the folder of the arm that trained it."""
    return ADAPTER.format(arm=study.holder(arm, checkpoint), checkpoint=checkpoint)
