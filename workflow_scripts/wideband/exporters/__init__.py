"""Exporters: a study's results in the formats of others, one format a file."""

from .every_eval_ever import export_study

__all__ = ["export_study"]
