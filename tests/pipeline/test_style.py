"""Python and rules are in the project's style, and Snakemake's own linter has nothing to say."""

import subprocess
import sys

import pytest
from workflow import ROOT, Copy

STYLES = {
    "ruff check": ["ruff", "check", "."],
    "ruff format": ["ruff", "format", "--check", "."],
    "snakefmt": ["snakefmt", "--check", "--compact-diff", "Snakefile", "rules"],
}


@pytest.mark.parametrize("style", STYLES)
def test_the_code_is_in_style(style: str) -> None:
    command = [sys.executable, "-m", *STYLES[style]]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stdout + said.stderr


@pytest.mark.parametrize("study", ["micro", "qwen3-30b-a3b"])
def test_the_linter_has_nothing_to_say(empty: Copy, study: str) -> None:
    said = empty.snakemake(study, "--lint")
    assert said.returncode == 0, said.stdout
    assert "Congratulations, your workflow is in a good condition!" in said.stdout
