"""The finding about a number typed by hand."""

from ..report.typed import advice
from .finding import Finding


def unbound(literal: str, file: str, line: int) -> Finding:
    """TEXT_UNBOUND for a literal in a file of the site, or in what the site is made of."""
    return Finding("TEXT_UNBOUND", 6, advice(line, literal), file=file, stage="report")
