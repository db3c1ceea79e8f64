"""What an audit could not do is not remembered: the next one does it."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

from wideband.audit import roots
from wideband.audit.memo import Memo
from wideband.data.errors import DataError, RegistryError

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
