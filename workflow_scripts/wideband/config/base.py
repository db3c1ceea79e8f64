"""The strict model that every part of a study inherits."""

from pydantic import BaseModel, ConfigDict


class Strict(BaseModel):
    """Unknown keys and infinite numbers are errors; a loaded study never changes."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)
