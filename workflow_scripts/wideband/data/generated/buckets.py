"""The split of a problem follows from its text, so splits are disjoint whatever the seeds."""

from blake3 import blake3

from ..text import normalise

# Upper bound of each split in 0..99.
BOUNDS = {"corpus": 40, "train": 65, "test": 80, "pool": 100}


def text_digest(problem: str) -> str:
    """BLAKE3 (hex) of the problem's text in the normal form that leakage is checked in."""
    return blake3(normalise(problem).encode()).hexdigest()


def split_of(digest: str) -> str:
    """The split that a text with this digest belongs to."""
    place = int(digest[-8:], 16) % 100
    return next(split for split, bound in BOUNDS.items() if place < bound)
