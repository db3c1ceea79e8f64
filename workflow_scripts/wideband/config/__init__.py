"""Pydantic models of a study: the one source of defaults, schema and validation.

The study as a whole, with all its checks, is imported when it is asked for: jobs import single models only.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .load import load_study
    from .study import Study

__all__ = ["Study", "load_study"]


def __getattr__(name: str) -> Any:
    if name == "load_study":
        from .load import load_study

        return load_study
    if name == "Study":
        from .study import Study

        return Study
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
