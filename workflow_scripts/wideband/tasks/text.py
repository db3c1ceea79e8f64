"""A passage that is read and not answered: how likely it is to the policy."""

from collections.abc import Sequence

from ..scaffolds import Parsed
from .base import Reading

DESCRIPTION = "a passage of text: perplexity, by loglikelihood"
GIVES = frozenset({"passage"})


def answers(options: Sequence[str]) -> list[str]:
    """The passage, as the one continuation whose log-probability is computed."""
    return list(options)


def read(parsed: Parsed, options: Sequence[str]) -> Reading:
    """Nothing is sampled, so nothing is answered."""
    return Reading(None, None)
