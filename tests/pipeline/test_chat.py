"""`wideband chat` on the finished nano study, as the documentation shows it."""

import io
import json
from pathlib import Path

import pytest
from audited import Project
from blake3 import blake3
from documented import commands

from wideband.cli import main
from wideband.tables import read_table

TABLE = "gsm8k_test.parquet"


def test_the_documented_commands_ask_as_the_study_asked(
    project: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    problem = read_table(project.root / f"data/{TABLE}", "problems").iloc[0]
    for command in commands("wideband chat"):
        monkeypatch.setattr("sys.stdin", io.StringIO(f"{problem['problem']}\n"))
        assert main([*command, "--max-tokens", "8"]) == 0
    said = capsys.readouterr()
    assert said.out.count("first token: entropy") == 2 and "[4] " in said.out
    rows = [json.loads(Path(f"chat.nano.{arm}.jsonl").read_text()) for arm in ("panel", "think")]
    assert [(row["arm"], row["checkpoint"], row["n"], row["temperature"], row["seed"]) for row in rows] == [
        ("panel", "olympiad_rlvr", 2, 1.0, 0),
        ("think", "base", 4, 0.7, 3),
    ]
    for row in rows:
        rollouts = f"arms/{row['arm']}/{row['checkpoint']}/rollouts/{TABLE}"
        table = read_table(project.root / rollouts, "rollouts")
        asked = table.loc[table["uid"] == problem["uid"], "prompt_sha"].iloc[0]
        assert blake3(row["prompt"].encode()).hexdigest() == asked
        assert (row["adapter"] is None) == (row["checkpoint"] == "base")


REFUSED = {
    "--arm pannel": "study nano has no arm 'pannel'; did you mean 'panel'?",
    "--arm plain --checkpoint olympiad_rlvr": "arm 'plain' has no checkpoint 'olympiad_rlvr'",
    "--arm panel -n 0": "-n 0: give a whole number of at least 1",
    "--arm panel --temperature hot": "--temperature hot: give a number of at least 0",
    "--arm panel --transcript results/nano/x.jsonl": "results/nano/x.jsonl: is in the results folder",
}


def test_what_cannot_be_asked_is_one_line(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    for given, said in REFUSED.items():
        assert main(["chat", "--study", "nano", *given.split()]) == 2
        out, error = capsys.readouterr()
        assert out == "" and error.startswith(f"error: {said}") and error.count("\n") == 1
