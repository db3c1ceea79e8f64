"""The state of the code's git checkout: commit, and all that differs from it.

Of new files only those are kept whole that a job's code can be or read (code.py); of any other, such as keys
and private notes, the difference holds the name and the digest.
"""

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from .digests import file_digest

PROJECT = Path(__file__).resolve().parents[3]
# What a fingerprint counts lies here, and has one of these endings.
REACHED = ("workflow_scripts", "config", "rules")
ENDINGS = frozenset({".py", ".smk", ".json", ".yaml", ".txt", ".md", ".tex", ".j2", ".js", ".css"})
KEPT_BYTES, HASHED_BYTES = 1 << 20, 1 << 26


@dataclass(frozen=True)
class GitState:
    """Commit in 40 hex digits, whether anything differs from it, and the difference as a patch."""

    commit: str
    dirty: bool
    diff: str


def git_state(project: Path = PROJECT) -> GitState | None:
    """State of the checkout that holds `project`; None without git or outside a checkout."""
    answer = _git(project, "rev-parse", "HEAD", "--show-toplevel")
    if answer is None:
        return None
    commit, top = os.fsdecode(answer).split("\n")[:2]
    status = _git(Path(top), "status", "--porcelain", "-z", "--untracked-files=all") or b""
    return GitState(commit, bool(status), _diff(Path(top), project.resolve(), status) if status else "")


def _diff(top: Path, project: Path, status: bytes) -> str:
    """Tracked changes, then new files, which `git diff` alone would not show."""
    new = [os.fsdecode(entry[3:]) for entry in status.split(b"\0") if entry.startswith(b"?? ")]
    parts = [_patch(top, "HEAD", "--")]
    return "".join([*parts, *(_new_file(top, project, name) for name in sorted(new))])


def _new_file(top: Path, project: Path, name: str) -> str:
    """A new file whole, or one line about it; a link is not followed."""
    path = top / name
    if is_reached(path, project) and path.lstat().st_size <= KEPT_BYTES:
        return _patch(top, "--no-index", "--", "/dev/null", name)
    # In ASCII and quotes: a name may hold line breaks, or bytes that are no text.
    return f"# new file, not kept: {json.dumps(name)} {_identity(path)}\n"


def is_reached(path: Path, project: Path) -> bool:
    """Whether a file can be code of a job or be read by it: a plain file of such a kind in such a place."""
    if path.is_symlink() or not path.is_file() or not path.is_relative_to(project):
        return False
    relative = PurePosixPath(path.relative_to(project))
    hidden = any(part.startswith(".") for part in relative.parts)
    return relative.parts[0] in REACHED and relative.suffix in ENDINGS and not hidden


def _identity(path: Path) -> str:
    try:
        size = path.lstat().st_size
        if path.is_symlink() or not path.is_file():
            return "(no plain file)"
        return f"blake3 {file_digest(path)}" if size <= HASHED_BYTES else f"{size} bytes"
    except OSError as error:
        return f"({error.strerror})"


def _patch(top: Path, *arguments: str) -> str:
    options = ("--binary", "--no-ext-diff", "--no-textconv", "--no-color")
    return (_git(top, "diff", *options, *arguments) or b"").decode(errors="replace")


def _git(folder: Path, *arguments: str) -> bytes | None:
    """Standard output of a git command; None when git is absent or refuses."""
    # Jobs run side by side: `status` must not take the index lock. Names are no patterns.
    environment = {**os.environ, "GIT_OPTIONAL_LOCKS": "0", "GIT_LITERAL_PATHSPECS": "1"}
    try:
        done = subprocess.run(
            ["git", "-C", str(folder), *arguments], capture_output=True, check=False, env=environment
        )
    except FileNotFoundError:
        return None
    # `diff --no-index` says 1 for "they differ".
    accepted = (0, 1) if "--no-index" in arguments else (0,)
    return done.stdout if done.returncode in accepted else None
