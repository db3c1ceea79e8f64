"""The error of a file of results that cannot be imported."""

from ..errors import WidebandError


class ImportFileError(WidebandError):
    """The message names file and line (or item), what is wrong with it, and the remedy."""
