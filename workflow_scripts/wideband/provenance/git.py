"""The state of the code's git checkout: commit, and all that differs from it."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
UNTRACKED_LIMIT = 1 << 20


@dataclass(frozen=True)
class GitState:
    """Commit in 40 hex digits, whether anything differs from it, and the difference as a patch."""

    commit: str
    dirty: bool
    diff: str


def git_state(folder: Path = HERE) -> GitState | None:
    """State of the checkout that holds `folder`; None without git or outside a checkout."""
    answer = _git(folder, "rev-parse", "HEAD", "--show-toplevel")
    if answer is None:
        return None
    commit, top = answer.split("\n")[:2]
    status = _git(Path(top), "status", "--porcelain", "-z", "--untracked-files=all") or ""
    return GitState(commit, bool(status), _diff(Path(top), status) if status else "")


def _diff(top: Path, status: str) -> str:
    """Tracked changes, then new files, which `git diff` alone would not show."""
    new = [entry[3:] for entry in status.split("\0") if entry.startswith("?? ")]
    parts = [_git(top, "diff", "--binary", "--no-ext-diff", "HEAD") or ""]
    return "".join([*parts, *(_new_file(top, name) for name in sorted(new))])


def _new_file(top: Path, name: str) -> str:
    try:
        size = (top / name).lstat().st_size
    except OSError as error:
        return f"# new file left out, {error.strerror}: {name}\n"
    if size > UNTRACKED_LIMIT:
        return f"# new file left out, {size} bytes: {name}\n"
    return _git(top, "diff", "--binary", "--no-ext-diff", "--no-index", "/dev/null", name) or ""


def _git(folder: Path, *arguments: str) -> str | None:
    """Standard output of a git command; None when git is absent or refuses."""
    # Jobs run side by side: `status` must not take the index lock to refresh it.
    environment = {**os.environ, "GIT_OPTIONAL_LOCKS": "0"}
    try:
        done = subprocess.run(
            ["git", "-C", str(folder), *arguments], capture_output=True, check=False, env=environment
        )
    except FileNotFoundError:
        return None
    # `diff --no-index` says 1 for "they differ".
    accepted = (0, 1) if "--no-index" in arguments else (0,)
    return done.stdout.decode(errors="replace") if done.returncode in accepted else None
