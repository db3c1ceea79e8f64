"""Which commit of a model or an adapter on the hub is read."""

from pathlib import Path

from ..errors import WidebandError
from .policy import HubBase, Published


def commit_of(published: HubBase | Published, what: str) -> str | None:
    """The commit to read a repository at; None of a folder. Raises WidebandError, beginning with `what`."""
    if published.revision is None and not Path(published.repo).is_dir():
        raise WidebandError(
            f"{what}: {published.repo} has no pinned commit, and its branches move; name a commit as its "
            "`revision`, or under data.revisions"
        )
    return published.revision
