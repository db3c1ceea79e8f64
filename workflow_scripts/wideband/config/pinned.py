"""Which commit of a repository on the hub is read, and whether a name is one of a repository."""

from collections.abc import Mapping
from pathlib import Path

from ..errors import WidebandError
from .policy import HubBase, Published


def named(repo: str, revision: str | None, revisions: Mapping[str, str]) -> str | None:
    """The commit that a study names beside a repository, else under `data.revisions`."""
    return revision or revisions.get(repo)


def required(repo: str, revision: str | None, what: str) -> str | None:
    """The commit to read a repository at; None of a folder. Raises WidebandError, beginning with `what`."""
    if revision is None and not Path(repo).is_dir():
        raise WidebandError(
            f"{what}: {repo} has no pinned commit, and its branches move; name a commit as its `revision`, "
            "or under data.revisions"
        )
    return revision


def commit_of(published: HubBase | Published, what: str) -> str | None:
    """What is `required` of a model or an adapter."""
    return required(published.repo, published.revision, what)


def repository_fault(repo: str) -> str | None:
    """What the hub's own check finds wrong with the name of a repository; None where it is one."""
    from huggingface_hub.errors import HFValidationError
    from huggingface_hub.utils import validate_repo_id

    try:
        validate_repo_id(repo)
    except HFValidationError as error:
        return str(error)
    return None
