"""Pairs of arms that are compared, as a study file writes them."""

from typing import Annotated, Any

from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError

Pair = tuple[str, str]


def _listed(written: Any) -> list[Pair] | None:
    """Pairs, of which a single one may stand without the outer list."""
    if written is None:
        return None
    pairs = [written] if _is_pair(written) else written
    if not isinstance(pairs, list | tuple) or not all(map(_is_pair, pairs)):
        raise PydanticCustomError("pairs", "write pairs of arms, as [a, b] or [[a, b], [a, c]]")
    return [tuple(pair) for pair in pairs]


def _is_pair(value: Any) -> bool:
    return isinstance(value, list | tuple) and len(value) == 2 and all(isinstance(arm, str) for arm in value)


Pairs = Annotated[
    list[Pair] | None, BeforeValidator(_listed, json_schema_input_type=list[Pair] | Pair | None)
]
