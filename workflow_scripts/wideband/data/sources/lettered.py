"""Questions with lettered options."""

from collections.abc import Sequence
from string import ascii_uppercase


def asked(question: str, options: Sequence[str]) -> str:
    """What is asked: the question, its options with their letters, and how to answer."""
    listed = [f"{letter(place)}) {option}" for place, option in enumerate(options)]
    return "\n".join([question.strip(), *listed, "Reply with the letter of the right answer."])


def letter(place: int) -> str:
    """The letter of the option at a place, counted from 0."""
    return ascii_uppercase[place]
