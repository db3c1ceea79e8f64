"""What an audit could not do is not remembered: the next one does it."""

from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

from wideband.audit import regrade, replay, roots
from wideband.audit.finding import Finding
from wideband.audit.memo import Memo
from wideband.data.errors import DataError, RegistryError
from wideband.grading.errors import GradingError, WorkerError

TABLE = "data/easy.parquet"


@pytest.fixture
def results(tmp_path: Path) -> SimpleNamespace:
    stored = pd.DataFrame({"uid": ["a"], "gold": ["1"]})
    job = SimpleNamespace(
        rule="slice", outputs=[TABLE], wildcards={"slice": "easy"}, spec=SimpleNamespace(digest="s")
    )
    return SimpleNamespace(
        root=tmp_path,
        planned=[job],
        notes=[],
        digest=lambda path: path.name,
        frame=lambda path: stored if path == TABLE else None,
        study=SimpleNamespace(
            band=SimpleNamespace(pool="pool"), data=SimpleNamespace(origin="hub"), stages={}, arms={}
        ),
    )


def drawn(results: SimpleNamespace, memo: Memo) -> list[str]:
    return [each.detail for each in roots._drawn(results, results.planned[0], memo)]


def fails(error: Exception) -> Callable[..., pd.DataFrame]:
    def draw(*_: object) -> pd.DataFrame:
        raise error

    return draw


@pytest.mark.parametrize("away", [DataError("no hub"), OSError("no network")])
def test_a_source_that_was_away_is_compared_once_it_is_there(
    results: SimpleNamespace, monkeypatch: pytest.MonkeyPatch, away: Exception
) -> None:
    memo = Memo(None)
    monkeypatch.setitem(roots.DRAWN, "slice", fails(away))
    for audits in (1, 2):
        assert drawn(results, memo) == []
        assert results.notes == [f"{TABLE}: not drawn again, its source is not here ({away})"] * audits
    other = pd.DataFrame({"uid": ["a"], "gold": ["2"]})
    monkeypatch.setitem(roots.DRAWN, "slice", lambda *_: other)
    (found,) = drawn(results, memo)
    assert found.startswith("differs from its source")


@pytest.mark.parametrize("fault", [RegistryError("other content"), ValueError("no table")])
def test_a_source_that_was_wrong_here_is_drawn_again_once_it_is_mended(
    results: SimpleNamespace, monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    memo = Memo(None)
    monkeypatch.setitem(roots.DRAWN, "slice", fails(fault))
    (found,) = drawn(results, memo)
    assert str(fault) in found
    monkeypatch.setitem(roots.DRAWN, "slice", lambda *_: results.frame(TABLE))
    assert drawn(results, memo) == []


@pytest.mark.parametrize("fault", [MemoryError("full"), RuntimeError("no device"), OSError("no disk")])
def test_a_replay_that_failed_is_tried_again(monkeypatch: pytest.MonkeyPatch, fault: Exception) -> None:
    memo = Memo(None)
    chosen = SimpleNamespace(policy=("panel", "base"), job=SimpleNamespace(outputs=[TABLE]))
    monkeypatch.setattr(replay, "choose", lambda *_: [chosen])
    monkeypatch.setattr(replay, "is_here", lambda *_: True)
    monkeypatch.setattr(replay, "_key", lambda *_: ["replayed"])
    monkeypatch.setattr(replay, "places", lambda *_: (Path("base"), None))
    monkeypatch.setattr(replay, "dtype", lambda *_: "float32")
    monkeypatch.setattr(replay, "_is_exact", lambda *_: False)
    monkeypatch.setattr(replay, "unlikely", fails(fault))
    detail = f"cannot be sampled again: {type(fault).__name__}: {fault}"
    assert list(replay.check(None, memo)) == [Finding("REPLAY_MISMATCH", 5, detail, TABLE)]
    monkeypatch.setattr(replay, "unlikely", lambda *_: None)
    assert list(replay.check(None, memo)) == []
    monkeypatch.setattr(replay, "unlikely", fails(fault))
    assert list(replay.check(None, memo)) == []


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (WorkerError("no process"), "SCORE_MISMATCH"),
        (GradingError("no gold"), "SCORE_MISMATCH"),
        (OSError("no disk"), "INCOMPLETE"),
    ],
)
def test_verdicts_that_could_not_be_graded_are_graded_again(
    monkeypatch: pytest.MonkeyPatch, fault: Exception, code: str
) -> None:
    memo = Memo(None)
    job = SimpleNamespace(rule="grade", outputs=[TABLE], wildcards={"slice": "easy"})
    results = SimpleNamespace(planned=[job], study=SimpleNamespace(grading=SimpleNamespace(timeout_s=1.0)))
    monkeypatch.setattr(regrade, "Grader", lambda *_, **__: nullcontext())
    monkeypatch.setattr(regrade, "_makers", lambda *_: {})
    monkeypatch.setattr(regrade, "_key", lambda *_: ["graded"])
    monkeypatch.setattr(regrade, "_table", fails(fault))
    detail = f"cannot be graded again: {fault}"
    assert list(regrade.check(results, memo)) == [Finding(code, 4, detail, TABLE)]
    monkeypatch.setattr(regrade, "_table", lambda *_: [])
    assert list(regrade.check(results, memo)) == []
