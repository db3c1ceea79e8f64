"""What cannot be published."""

from ..errors import WidebandError


class PublishError(WidebandError):
    """A checkpoint that cannot be published, or an upload that failed; the message says why."""
