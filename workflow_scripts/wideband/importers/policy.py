"""Which policy results are of, as the JSON object beside them says.

The policy is the first of `checkpoint`, `sampler_path`, `base_model`, `model_name` and `model` that is not
null; the base model the first of `base_model`, `model_name`, `model`.
"""

from pathlib import Path

import pandas as pd

from ..config.import_file import Import
from .files import read_object
from .row import Row

BASE = ("base_model", "model_name", "model")
POLICY = ("checkpoint", "sampler_path", *BASE)


def read_policy(path: Path, entry: Import) -> dict[str, pd.DataFrame]:
    """The policy table, one row. Raises ImportFileError when the file names no policy."""
    about = Row(str(path), read_object(path))
    whose = {"arm": entry.arm, "checkpoint": entry.checkpoint, "slice": entry.slice}
    base = about.text(*BASE) if about.has(*BASE) else None
    return {"policy": pd.DataFrame([{**whose, "policy": about.text(*POLICY), "base_model": base}])}
