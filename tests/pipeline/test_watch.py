"""`wideband watch` on the finished nano study, as the documentation shows it."""

import pytest
from documented import commands
from workflow import Copy

from wideband.cli import main


def test_the_documented_commands_end_where_nothing_runs(
    nano: Copy, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(nano.root)
    for command in commands("wideband watch"):
        assert main(command) == 0
        said = capsys.readouterr().out
        head, _, rest = said.partition("\n")
        assert head.startswith("nano: ") and head.endswith("jobs done") and len(set(head.split()[1:4:2])) == 1
        assert "panel.olympiad_rlvr  step 3 / 3  reward " in rest and "\x1b" not in said
