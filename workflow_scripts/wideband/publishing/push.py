"""Uploading a published folder to the Hugging Face hub."""

from pathlib import Path

from ..config.pinned import repository_fault
from ..errors import WidebandError


class PublishError(WidebandError):
    """A checkpoint that cannot be published, or an upload that failed; the message says why."""


def check_name(repo: str) -> None:
    """Raise PublishError for what is no `owner/name` of the hub."""
    if fault := repository_fault(repo):
        raise PublishError(f"--push {repo}: not the name of a repository ({fault})")
    if "/" not in repo:
        raise PublishError(f"--push {repo}: name its owner as well, such as me/{repo}")


def push(folder: Path, repo: str, private: bool) -> str:
    """Upload all files in one commit, into a repository that is made where it is not there; its address.

    Whether a repository that is there already is private stays as it is. Raises PublishError.
    """
    from huggingface_hub import HfApi, get_token

    if get_token() is None:
        raise PublishError(f"--push {repo}: no token; log in with `hf auth login`, or set HF_TOKEN")
    hub = HfApi(library_name="wideband")
    try:
        hub.create_repo(repo, private=private, exist_ok=True)
        done = hub.upload_folder(repo_id=repo, folder_path=folder, commit_message="Publish with Wideband")
    except Exception as error:
        # Its client raises what its library for HTTP raises, which changes from version to version.
        why = " ".join(str(error).split())
        raise PublishError(f"--push {repo}: the hub refused it ({type(error).__name__}: {why})") from error
    return done.commit_url
