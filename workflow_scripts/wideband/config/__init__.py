"""Pydantic models of a study: the one source of defaults, schema and validation."""

from .load import load_study
from .study import Study

__all__ = ["Study", "load_study"]
