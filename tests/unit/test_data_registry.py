"""Digests of sources: the same for any order and uids, another for any change of content."""

import json
import re
from pathlib import Path

import pandas as pd
import pytest
from data_folders import GSM8K, jsonl
from hypothesis import given
from hypothesis import strategies as st

from wideband.data import registry, sources
from wideband.data.errors import RegistryError
from wideband.data.problems import table


def problems() -> pd.DataFrame:
    rows = [
        {
            "uid": f"u{i}",
            "source": "math",
            "problem": f"Problem {i}",
            "gold": str(i),
            "level": level,
            "subject": "A",
        }
        for i, level in enumerate([1, None, 3])
    ]
    return table(rows)


@given(st.permutations(range(3)))
def test_order_and_uids_do_not_count(order: list[int]) -> None:
    frame = problems()
    other = frame.iloc[order].assign(uid=["x", "y", "z"], split="else")
    assert registry.digest(other) == registry.digest(frame)


def test_a_table_read_back_with_float_levels_has_the_same_digest() -> None:
    frame = problems()
    assert registry.digest(frame.astype({"level": "float64", "year": "float64"})) == registry.digest(frame)


@pytest.mark.parametrize("column", ["source", "problem", "gold", "level", "subject", "year"])
def test_any_change_of_content_counts(column: str) -> None:
    frame = problems()
    changed = frame.copy()
    changed.loc[2, column] = 7 if column in ("level", "year") else "changed"
    assert registry.digest(changed) != registry.digest(frame)


@pytest.mark.parametrize("column", ["chosen", "solutions"])
def test_what_items_without_a_gold_teach_counts(column: str) -> None:
    frame = problems().assign(gold=None, **{column: [["a"], ["b", "c"], ["d"]]})
    changed = frame.assign(**{column: [["a"], ["b"], ["d"]]})
    assert registry.digest(changed) != registry.digest(frame)


def test_a_row_more_or_less_counts() -> None:
    frame = problems()
    digests = {
        registry.digest(frame),
        registry.digest(frame.head(2)),
        registry.digest(pd.concat([frame, frame])),
    }
    assert len(digests) == 3


def test_every_split_of_every_source_is_registered() -> None:
    filed = [name for name in sources.SOURCES if sources.from_files(name, "local")]
    wanted = {f"{name}/{split}" for name in filed for split in sources.source_splits(name, "local")}
    assert set(registry.registered()) == wanted
    assert all(re.fullmatch("[0-9a-f]{64}", str(entry["digest"])) for entry in registry.registered().values())


def test_other_content_is_refused_with_source_and_both_digests() -> None:
    frame = problems()
    known = registry.registered()["math500/test"]["digest"]
    with pytest.raises(RegistryError, match=rf"source math500/test: .*{registry.digest(frame)}.*{known}"):
        registry.verify("math500", "test", frame)


def test_a_split_that_nobody_registered_is_refused() -> None:
    with pytest.raises(RegistryError, match="source math500/train is not registered"):
        registry.verify("math500", "train", problems())


def test_the_registry_of_a_folder_has_the_splits_whose_files_are_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    jsonl(tmp_path / "gsm8k/test.jsonl", GSM8K)
    jsonl(tmp_path / "aime/2024.jsonl", [])  # One of two files of a split: the split is left out.
    monkeypatch.setattr("sys.argv", ["registry", str(tmp_path)])
    registry.main()
    assert {key: entry["rows"] for key, entry in json.loads(capsys.readouterr().out).items()} == {
        "gsm8k/test": len(GSM8K)
    }
