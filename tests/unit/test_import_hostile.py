"""Logs with fields of other kinds than their tools write: one line for each, never a traceback."""

import copy
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from importing import CASES, add, project

VALUES = (None, True, 0, -1, 1.5, "", "x", [], {}, [1], ["a"], [[]], {"a": 1}, 10**30, float("nan"), "\ud800")
FLAGS = ((), ("--grader", "wideband"), ("--incomplete",), ("--verdict", "s.correct"), ("--at-least", "1"))
TRIES = 12


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(project(tmp_path))
    return tmp_path


def places(value: Any, above: tuple = ()) -> Iterator[tuple]:
    """Paths to everything inside a value."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in inner:
        yield (*above, key)
        yield from places(part, (*above, key))


def changed(value: Any, draw: random.Random) -> Any:
    """A copy in which one part is gone, or of another kind."""
    value = copy.deepcopy(value)
    *above, last = draw.choice(list(places(value)))
    inner = value
    for key in above:
        inner = inner[key]
    if isinstance(inner, dict) and draw.random() < 0.3:
        del inner[last]
    else:
        inner[last] = draw.choice(VALUES)
    return value


@pytest.mark.parametrize("case", sorted(path.name for path in CASES.iterdir()))
def test_a_field_of_another_kind_is_one_line(case: str, capsys: pytest.CaptureFixture[str]) -> None:
    draw, text = random.Random(case), (CASES / case).read_text()
    study = Path("config/studies/s.yaml")
    for _ in range(TRIES):
        if case.endswith(".jsonl"):
            rows = [json.loads(line) for line in text.splitlines() if line]
            place = draw.randrange(len(rows))
            rows[place] = changed(rows[place], draw)
            hostile = "\n".join(map(json.dumps, rows))
        else:
            hostile = json.dumps(changed(json.loads(text), draw))
        Path("mine", case).write_text(hostile)
        study.unlink(missing_ok=True)
        code = add(f"mine/{case}", *draw.choice(FLAGS))
        error = capsys.readouterr().err
        assert (code, error.count("\n")) in ((0, 0), (2, 1)), error
