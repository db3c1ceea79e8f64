"""Which commit of a model on the hub is read."""

from pathlib import Path

from ..errors import WidebandError
from .policy import HubBase


def commit_of(base: HubBase) -> str | None:
    """The commit to read the base's repository at; None of a folder. Raises WidebandError for none."""
    if base.revision is None and not Path(base.repo).is_dir():
        raise WidebandError(
            f"base '{base.name}': no commit of {base.repo} is named, and its branches move; name one as "
            "the base's revision, or under data.revisions"
        )
    return base.revision
