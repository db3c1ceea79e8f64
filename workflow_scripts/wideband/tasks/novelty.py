"""A prompt with many good answers, of which a policy should give different ones."""

from .open import read

DESCRIPTION = "a prompt without a gold, whose answers fall into classes"
GIVES = frozenset({"answer", "text", "classes"})

__all__ = ["DESCRIPTION", "GIVES", "read"]
