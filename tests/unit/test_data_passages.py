"""Passages out of a file of the user's own."""

import json
from pathlib import Path

import pandas as pd
import pytest

from wideband.config import load_study
from wideband.config.data import Data, Slice
from wideband.config.parameters_data import slice_parameters
from wideband.data.errors import DataError
from wideband.data.slices import build_slice

ROWS = [{"text": 'A "first" one,\nof two lines.', "subject": "news"}, {"text": "Another."}]


def read(path: Path) -> pd.DataFrame:
    part = Slice(source="passages", split="test", file=str(path))
    return build_slice("texts", Data(slices={"texts": part})).sort_values("uid")


@pytest.mark.parametrize("suffix", ["csv", "jsonl", "json", "parquet"])
def test_a_file_of_passages_is_read_whatever_its_form(tmp_path: Path, suffix: str) -> None:
    path, frame = tmp_path / f"texts.{suffix}", pd.DataFrame(ROWS)
    if suffix == "csv":
        frame.fillna("").to_csv(path, index=False)
    elif suffix == "parquet":
        frame.to_parquet(path)
    else:
        path.write_text(json.dumps(ROWS) if suffix == "json" else "\n".join(map(json.dumps, ROWS)))
    found = read(path)
    assert found["problem"].tolist() == [row["text"] for row in ROWS]
    assert [list(options) for options in found["options"]] == [[row["text"]] for row in ROWS]
    assert found["subject"].iloc[0] == "news"


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("t.csv", "body\nA\n", r"t.csv:2: column text is missing, found \['body'\]"),
        ("t.csv", 'text\n" "\n', r"t.csv:2: column text is empty"),
        ("t.csv", "text\n", r"t.csv: no passage"),
        ("t.jsonl", '{"text": 5}', r"t.jsonl:1: column text is empty"),
        ("t.jsonl", '{"text": ', r"t.jsonl:1: not valid JSON"),
        ("t.parquet", "no", r"t.parquet: not readable as Parquet"),
    ],
)
def test_a_damaged_file_is_named_with_its_row(tmp_path: Path, name: str, content: str, message: str) -> None:
    (tmp_path / name).write_text(content)
    with pytest.raises(DataError, match=message):
        read(tmp_path / name)


def test_an_edited_file_makes_another_job(tmp_path: Path) -> None:
    path, study = tmp_path / "texts.jsonl", load_study("nano")
    part = Slice(source="passages", split="test", file=str(path))
    data = study.data.model_copy(update={"slices": {**study.data.slices, "own": part}})
    own = study.model_copy(update={"data": data})
    found = []
    for text in ("One.", "Two."):
        path.write_text(json.dumps({"text": text}))
        found.append(slice_parameters(own, {"slice": "own"}))
    assert found[0] != found[1]
    assert "files" not in slice_parameters(own, {"slice": "gsm8k_test"})


def test_a_question_is_asked_with_letters_or_for_the_text_of_its_answer() -> None:
    parts = {name: Slice(source=name, split="test") for name in ("knowledge", "knowledge_cloze")}
    lettered, alone = (build_slice(name, Data(slices=parts)).sort_values("uid") for name in parts)
    assert set(lettered["gold"]) <= set("ABCD")
    for row in alone.to_dict("records"):
        assert row["task"] == "cloze" and row["gold"] in row["options"]
        assert "A)" not in row["problem"]
