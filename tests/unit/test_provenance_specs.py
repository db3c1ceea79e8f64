"""A spec is rewritten only when it says something else, and read back as it was written."""

import os
from pathlib import Path
from typing import Any

import pytest

from wideband.provenance.digests import file_digest
from wideband.provenance.specs import Spec, SpecError, environment_digest, read_spec, write_spec


def made(**changes: Any) -> Spec:
    """A spec, with changes."""
    given = {
        "study": "nano",
        "rule": "train",
        "wildcards": {"arm": "panel", "stage": "warmup"},
        "params": {"lr": 1e-5, "steps": 20, "betas": [0.9, 0.99]},
        "code": "c0de",
        "environment": "10c4",
    }
    return Spec(**given | changes)


def write(path: Path, **changes: Any) -> int:
    """Write a spec over an old file and give its mtime, 1 when it was left alone."""
    write_spec(path, made(**changes))
    mtime = path.stat().st_mtime_ns
    os.utime(path, ns=(1, 1))
    return mtime


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    path = tmp_path / "specs/train/panel.json"
    write(path)
    return path


def test_it_is_read_back_as_written(spec: Path) -> None:
    found = read_spec(spec)
    assert (found.study, found.rule, found.wildcards["stage"]) == ("nano", "train", "warmup")
    assert found.params == {"lr": 1e-5, "steps": 20, "betas": [0.9, 0.99]}
    assert (found.code, found.environment) == ("c0de", "10c4")
    assert found.digest == made().digest == file_digest(spec)


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"params": {"betas": [0.9, 0.99], "steps": 20, "lr": 0.00001}},
        {"wildcards": {"stage": "warmup", "arm": "panel"}},
    ],
    ids=["nothing", "key order and spelling", "order of wildcards"],
)
def test_the_same_content_keeps_its_mtime(spec: Path, change: dict[str, Any]) -> None:
    assert write(spec, **change) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"params": {"lr": 2e-5, "steps": 20, "betas": [0.9, 0.99]}},
        {"params": {"lr": 1e-5, "steps": 20, "betas": [0.99, 0.9]}},
        {"params": {"lr": 20, "steps": 1e-5, "betas": [0.9, 0.99]}},
        {"code": "c0d3"},
        {"environment": None},
    ],
    ids=["value", "swapped in a list", "swapped between keys", "code", "environment"],
)
def test_other_content_is_written(spec: Path, change: dict[str, Any]) -> None:
    assert write(spec, **change) > 1


def test_a_missing_spec_is_named(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match=r"none\.json: no such spec"):
        read_spec(tmp_path / "none.json")


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"format": 1}'])
def test_a_file_that_is_no_spec_is_named(tmp_path: Path, text: str) -> None:
    path = tmp_path / "x.json"
    path.write_text(text)
    with pytest.raises(SpecError, match=r"x\.json: not a spec"):
        read_spec(path)


def test_the_environment_digest_follows_the_pins_of_every_lock(tmp_path: Path) -> None:
    assert environment_digest(tmp_path) is None
    for name in ("pipeline.lock", "serve/requirements.txt", ".venv/licence.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("numpy==2.0\n")
    before = environment_digest(tmp_path)
    (tmp_path / "pipeline.lock").write_text("# made by pip\n\nnumpy==2.0\n")
    (tmp_path / ".venv/licence.txt").write_text("other")
    assert environment_digest(tmp_path) == before
    (tmp_path / "serve/requirements.txt").write_text("numpy==2.1\n")
    assert environment_digest(tmp_path) != before
