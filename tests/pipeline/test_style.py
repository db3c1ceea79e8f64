"""Python and rules are in the project's style, and Snakemake's own linter has nothing to say."""

import ast
import re
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


def test_no_docstring_has_the_seam_of_two_strings() -> None:
    kinds = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    broken = [
        f"{path.relative_to(ROOT)}: {told}"
        for folder in ("workflow_scripts", "tests")
        for path in sorted((ROOT / folder).rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, kinds) and re.search(r'"\n\s*"', told := ast.get_docstring(node) or "")
    ]
    assert not broken


@pytest.mark.parametrize("study", ["micro", "qwen3-30b-a3b"])
def test_the_linter_has_nothing_to_say(empty: Copy, study: str) -> None:
    said = empty.snakemake(study, "--lint")
    assert said.returncode == 0, said.stdout
    assert "Congratulations, your workflow is in a good condition!" in said.stdout
