"""Errors that a user can act on: the base class of our own, and what to say of those that others raise."""

import errno

FULL = (errno.ENOSPC, errno.EDQUOT)


class WidebandError(ValueError):
    """A known failure: its message names the file, key or uid and the remedy, and needs no traceback."""


class StudyError(WidebandError):
    """A study file that cannot be used; the message lists every error with its dotted key."""


def explained(error: BaseException) -> str | None:
    """The one line for an error that the user can act on; None for one that needs a traceback."""
    if isinstance(error, OSError) and error.errno in FULL:
        where = error.filename or "the results folder"
        return f"no space left on the disk of {where}; free some and run again, finished work is kept"
    if isinstance(error, OSError) and error.filename:
        why = (error.strerror or type(error).__name__).lower()
        return f"{error.filename}: {why}; correct that and run again"
    is_own = isinstance(error, ValueError) and type(error).__module__.split(".")[0] == "wideband"
    return str(error) if is_own else None
