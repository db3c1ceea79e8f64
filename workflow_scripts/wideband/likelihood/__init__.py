"""Exact log-probabilities: of every option of an answer space, and of the next token."""

from .exact import Law, Opening, Question, laws
from .packed import LikelihoodError

__all__ = ["Law", "LikelihoodError", "Opening", "Question", "laws"]
