"""`wideband publish` on the finished nano study, as the documentation shows it: stock PEFT loads it."""

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from audited import Project
from documented import commands

from wideband.cli import main
from wideband.numbers import read_records
from wideband.policy.load import sampling_policy


def test_the_documented_command_writes_what_stock_peft_loads(
    project: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    dry, _ = commands("wideband publish")
    assert main(dry) == 0
    assert "nothing was uploaded" in capsys.readouterr().out
    folder = Path("published/nano.panel.olympiad_rlvr")
    text = (folder / "README.md").read_text()
    assert "VERIFIED by an audit of the whole study at publishing (levels L0 L1 L2 L3 L4 L5 L6)" in text
    assert "not verified" not in text and "license: mit\n" in text
    for record in read_records(folder / "numbers.jsonl"):
        assert f"| `{record.id}` |" in text
    assert json.loads((folder / "adapter_config.json").read_text())["base_model_name_or_path"] is None
    loaded = run(text, folder, monkeypatch)
    monkeypatch.chdir(project.folder)
    base, adapter = project.root / "models/nano", project.root / "arms/panel/olympiad_rlvr/adapter"
    with torch.inference_mode():
        published = loaded["model"](loaded["ids"]).logits
        sampled, untrained = (sampling_policy(base, each)(loaded["ids"]).logits for each in (adapter, None))
    torch.testing.assert_close(published, sampled, atol=1e-4, rtol=1e-4)
    assert (published - untrained).abs().max() > 1e-3


def run(card: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The names that the card's own Python leaves, run in the published folder as it stands."""
    code = card.split("```python\n")[1].split("\n```")[0]
    monkeypatch.chdir(folder)
    names: dict[str, Any] = {}
    exec(compile(code, "README.md", "exec"), names)
    return names


def test_what_cannot_be_published_is_one_line(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    Path("there").mkdir()
    refused = {
        "--arm plain": "arm 'plain' at base: nothing was trained",
        "--arm panel --to there": "--to there: exists already",
        "--arm panel --to results/nano/x": "results/nano/x: is in the results folder",
        "--arm panel --licence a:b": "--licence a:b: give an SPDX id",
        "--arm panel --push nobody": "--push nobody: name its owner as well",
    }
    for given, said in refused.items():
        assert main(["publish", "--study", "nano", *given.split()]) == 2
        out, error = capsys.readouterr()
        assert out == "" and error.startswith(f"error: {said}") and error.count("\n") == 1
