"""The script for a GPU, at toy sizes: a card's minutes are too dear to find its faults there."""

import json
import sys
from pathlib import Path

import pytest

sys.path.extend(str(Path(__file__).parents[1] / room) for room in ("gpu", "benchmarks"))

import measure


def test_every_part_is_measured_and_the_packed_law_is_right(tmp_path: Path) -> None:
    measure.main(["--tiny", "--out", str(tmp_path / "measured.json")])
    found = json.loads((tmp_path / "measured.json").read_text())
    rows = {row["what"]: row for row in found["rows"]}
    assert [what for what, row in rows.items() if "left_out" in row] == []
    assert len(rows) == 8
    assert rows["exact law of the integers 1 to 20"]["largest_difference_nats"] < 1e-4


def test_without_a_gpu_it_says_so(capsys: pytest.CaptureFixture[str], monkeypatch) -> None:
    monkeypatch.setattr(measure.torch.cuda, "is_available", lambda: False)
    with pytest.raises(SystemExit):
        measure.main([])
    assert "--tiny" in capsys.readouterr().err


def test_a_part_that_needs_too_much_memory_or_time_is_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    def too_much() -> dict[str, float]:
        raise measure.torch.OutOfMemoryError

    machine = measure.Machine()
    machine.gpu = False
    table = measure.Table(machine)
    table.add("large", too_much)
    machine.began -= measure.LIMIT + 1
    table.add("late", too_much)
    assert [row["left_out"] for row in table.rows] == ["out of memory", "no time was left"]
    assert "out of memory" in capsys.readouterr().out
