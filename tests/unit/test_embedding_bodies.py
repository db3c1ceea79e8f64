"""Embeddings with the packaged MiniLM: offline, of unit length, equal for equal texts."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from wideband.embedding import embed
from wideband.embedding.embed import EmbedderError, load_embedder
from wideband.tables import read_table, write_table

PACKAGED = "package:all-MiniLM-L6-v2"


@pytest.fixture(autouse=True)
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    """Any attempt to reach the hub fails."""
    monkeypatch.setattr("socket.socket.connect", lambda *_: pytest.fail("the embedder went to the network"))


def table(completions: list[str], name: str = "test") -> pd.DataFrame:
    rows = range(len(completions))
    key = {"arm": "think", "checkpoint": "base", "slice": name}
    return pd.DataFrame({**key, "uid": [f"u{row}" for row in rows], "sample": 0, "completion": completions})


def vectors(*tables: pd.DataFrame, characters: int = 2000) -> list[np.ndarray]:
    return [np.stack(each["vector"]) for each in embed(tables, "think", PACKAGED, None, characters)]


def test_equal_bodies_of_a_table_have_equal_vectors_and_of_another_nearly_so() -> None:
    body = "<think>3 + 4 = 7</think>"
    among = [f"{body}<answer>7", "pears", f"{body}<answer>8", "x " * 400, "y"]
    alone, found = vectors(table([body]), table(among))
    assert np.array_equal(found[0], found[2])
    np.testing.assert_allclose(alone[0], found[0], atol=1e-6)


def test_vectors_are_of_unit_length_and_nearer_for_nearer_meanings() -> None:
    (found,) = vectors(
        table(["Add the apples together.", "Sum up the apples.", "The cat sleeps on the roof."])
    )
    np.testing.assert_allclose(np.linalg.norm(found, axis=1), 1, atol=1e-5)
    assert found[0] @ found[1] > found[0] @ found[2] + 0.2


def test_only_the_leading_characters_count() -> None:
    (found,) = vectors(table(["seven apples", "seven pears"]), characters=6)
    assert np.array_equal(found[0], found[1])


def test_a_completion_without_a_body_is_embedded_whole() -> None:
    (found,) = vectors(table(["no tags at all", "<think>no tags at all</think><answer>1"]))
    assert np.array_equal(found[0], found[1])


def test_the_table_keeps_its_contract(tmp_path: Path) -> None:
    (found,) = embed([table(["a", "b"])], "think", PACKAGED, None, 2000)
    write_table(found, tmp_path / "e.parquet", "embeddings")
    stored = read_table(tmp_path / "e.parquet", "embeddings")
    assert np.array_equal(np.stack(stored["vector"]), np.stack(found["vector"]))


def test_an_unknown_package_is_refused_with_the_known_ones() -> None:
    with pytest.raises(EmbedderError, match=r"no package carries 'MiniLM'; known: all-MiniLM-L6-v2"):
        load_embedder("package:MiniLM")
