"""Errors of running programs that a user can act on."""

from ..errors import WidebandError


class SandboxError(WidebandError):
    """There is no sandbox on this machine; the message says what it needs."""


class ExamError(WidebandError):
    """A gold that holds no tests."""
