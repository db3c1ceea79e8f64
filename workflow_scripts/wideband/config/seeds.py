"""The seeds that a study names."""

from collections.abc import Iterator
from typing import Any

from .study import Study


def seeds_of(study: Study) -> dict[str, Any]:
    """Every seed of a study by its dotted key."""
    return dict(_seeds(study.model_dump(mode="json"), ""))


def _seeds(value: Any, at: str) -> Iterator[tuple[str, Any]]:
    for key, inner in value.items() if isinstance(value, dict) else ():
        dotted = f"{at}.{key}" if at else str(key)
        if key in ("seed", "seeds") or str(key).endswith(("_seed", "_seeds")):
            yield dotted, inner
        else:
            yield from _seeds(inner, dotted)
