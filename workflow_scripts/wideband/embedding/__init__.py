"""Bodies of rollouts as vectors: the one room that loads an embedding model."""

from .embed import embed

__all__ = ["embed"]
