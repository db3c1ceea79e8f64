"""What of a changed checkout is kept, and that no name of a file is an option or a secret spilled."""

import os
import subprocess
from pathlib import Path

import pytest

from wideband.provenance.digests import file_digest
from wideband.provenance.git import GitState, git_state

ROOT = Path(__file__).parents[2]
SECRET = "sk-very-secret"


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout with one commit; this project's .gitignore, and a module."""
    (tmp_path / "workflow_scripts").mkdir()
    (tmp_path / "workflow_scripts/a.py").write_text("x = 1\n")
    (tmp_path / ".gitignore").write_text((ROOT / ".gitignore").read_text())
    for command in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "first"]):
        identity = ["-c", "user.name=a", "-c", "user.email=a@b"]
        subprocess.run(["git", *identity, *command], cwd=tmp_path, check=True, capture_output=True)
    return tmp_path


def state(folder: Path) -> GitState:
    found = git_state(folder)
    assert found is not None
    return found


def test_new_code_is_kept_whole_and_private_files_by_name_and_digest(checkout: Path) -> None:
    (checkout / "workflow_scripts/new.py").write_text("y = 1\n")
    private = [
        ".env",
        "id_rsa",
        "notes.txt",
        "workflow_scripts/.env",
        "config/token",
        "workflow_scripts/big.py",
    ]
    for name in private:
        (checkout / name).parent.mkdir(exist_ok=True)
        (checkout / name).write_text(SECRET * (1 if "big" not in name else 100_000))
    found = state(checkout)
    assert found.dirty and "+y = 1" in found.diff and SECRET not in found.diff
    for name in private:
        assert f'"{name}" blake3 {file_digest(checkout / name)}' in found.diff


def test_names_like_options_are_names(checkout: Path) -> None:
    odd = ["--output=stolen.py", "-O.py", ":(top)x.py", "a\nb.py", "*.py"]
    for name in odd:
        (checkout / "workflow_scripts" / name).write_text("y = 'odd'\n")
        (checkout / name).write_text("at the top\n")
    (checkout / os.fsdecode(b"\xff.py")).write_text("z\n")
    before = sorted(os.listdir(checkout))
    found = state(checkout)
    assert found.diff.count("+y = 'odd'") == len(odd)
    assert '"--output=stolen.py" blake3' in found.diff and '"a\\nb.py" blake3' in found.diff
    assert found.diff.encode() and sorted(os.listdir(checkout)) == before


def test_a_link_or_a_fifo_is_named_and_not_read(
    checkout: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    outside = tmp_path_factory.mktemp("outside") / "key.py"
    outside.write_text(SECRET)
    (checkout / "workflow_scripts/link.py").symlink_to(outside)
    (checkout / "gone.py").symlink_to("nowhere")
    found = state(checkout)
    assert SECRET not in found.diff
    assert found.diff.count("(no plain file)") == 2


def test_results_as_a_link_leave_the_checkout_clean(
    checkout: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    (checkout / "results").symlink_to(tmp_path_factory.mktemp("scratch"))
    (checkout / ".venv").symlink_to(tmp_path_factory.mktemp("venv"))
    assert not state(checkout).dirty
