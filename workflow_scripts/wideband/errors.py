"""The base class of every error that a user can act on."""


class WidebandError(ValueError):
    """A known failure: its message names the file, key or uid and the remedy, and needs no traceback."""
