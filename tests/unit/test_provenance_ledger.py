"""The ledger: what is sealed, in which order, and what a crash or a forger leaves."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from wideband.provenance.digests import canonical_json, file_digest
from wideband.provenance.ledger import (
    GENESIS,
    LOCK,
    NAME,
    LedgerError,
    entries,
    head,
    read_lines,
    seal,
    unsealed,
    verify,
)
from wideband.provenance.locks import locked

PACKAGE = Path(__file__).resolve().parents[2] / "workflow_scripts"


def write(
    root: Path, output: str, parents: tuple[str, ...] = (), ended: str = "1", content: str = ""
) -> None:
    """An output and the manifest of the job that made it of `parents`."""
    path = root / output
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content or output)
    said = {"path": f"results/s/{output}", "digest": file_digest(path)}
    read = [{"name": "made_of", "path": f"results/s/{each}", "digest": "d"} for each in parents]
    manifest = {
        "study": "s",
        "rule": "r",
        "spec": {"path": "results/s/specs/r.json", "digest": "d"},
        "inputs": read,
        "output": said,
        "ended": ended,
    }
    path.with_name(f"{path.name}.manifest.json").write_text(canonical_json(manifest))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Results with a chain c → b → a, named so that the order of names is another."""
    folder = tmp_path / "results/s"
    write(folder, "c")
    write(folder, "b", ("c",))
    write(folder, "deep/a", ("b",))
    return folder


def test_what_a_crash_kept_from_the_ledger_is_known(root: Path) -> None:
    assert unsealed(root)
    seal(root)
    assert not unsealed(root)
    write(root, "d")
    assert unsealed(root)
    seal(root)
    (root / NAME).write_bytes((root / NAME).read_bytes()[:-5])
    assert unsealed(root)
    seal(root)
    assert not unsealed(root) and verify(read_lines(root)) == []


def sealed(root: Path) -> list[str]:
    return [entry["output"]["path"] for entry in entries(read_lines(root)) if entry]


def test_parents_are_sealed_before_children_and_the_chain_holds(root: Path) -> None:
    assert head(root) == GENESIS
    last = seal(root)
    assert sealed(root) == ["c", "b", "deep/a"]
    assert verify(read_lines(root)) == []
    assert head(root) == last != GENESIS


def test_what_is_sealed_is_not_sealed_again(root: Path) -> None:
    assert seal(root) == seal(root)
    assert len(sealed(root)) == 3


def test_a_rerun_is_a_further_line(root: Path) -> None:
    seal(root)
    write(root, "b", ("c",), ended="2", content="anew")
    seal(root)
    assert sealed(root) == ["c", "b", "deep/a", "b"]
    assert verify(read_lines(root)) == []


def test_a_torn_last_line_is_a_break_until_it_is_repaired(root: Path) -> None:
    seal(root)
    path = root / NAME
    path.write_bytes(path.read_bytes()[:-30])
    assert [found.line for found in verify(read_lines(root))] == [3]
    assert "torn" in verify(read_lines(root))[0].detail
    seal(root)
    assert verify(read_lines(root)) == []
    assert sealed(root) == ["c", "b", "deep/a"]


def test_a_last_line_without_its_end_is_torn_even_if_it_can_be_read(root: Path) -> None:
    seal(root)
    path = root / NAME
    path.write_bytes(path.read_bytes()[:-1])
    assert len(verify(read_lines(root))) == 1
    seal(root)
    assert len(read_lines(root)) == 3
    assert verify(read_lines(root)) == []


def test_a_break_is_not_mended_by_sealing_on(root: Path) -> None:
    seal(root)
    first, *others = read_lines(root)
    (root / NAME).write_text("\n".join([first.replace('"rule":"r"', '"rule":"x"'), *others]) + "\n")
    write(root, "d", ("c",))
    seal(root)
    assert [(found.line, found.output) for found in verify(read_lines(root))] == [(1, "c")]


def test_a_line_with_a_hash_of_its_own_breaks_the_next_one(root: Path) -> None:
    seal(root)
    first, *others = [json.loads(line) for line in read_lines(root)]
    alone = root.parent / "t"
    write(alone, "c", content="other")
    seal(alone)
    other = json.loads(read_lines(alone)[0])
    assert other["hash"] != first["hash"]
    found = verify([canonical_json(line) for line in (other, *others)])
    assert [each.line for each in found] == [2]


def test_what_is_no_manifest_is_left_to_the_audit(root: Path) -> None:
    (root / "e.manifest.json").write_text("{")
    (root / "f.manifest.json").write_text("[]")
    write(root, "g", ("a",))
    place = root / "g.manifest.json"
    place.write_text(json.dumps(json.loads(place.read_text()) | {"study": ["s"]}))
    seal(root)
    assert sealed(root) == ["c", "b", "deep/a"]


def test_a_circle_of_manifests_is_sealed_by_name(tmp_path: Path) -> None:
    root = tmp_path / "results/s"
    write(root, "a", ("b",))
    write(root, "b", ("a",))
    seal(root)
    assert sealed(root) == ["a", "b"]


def test_manifests_inside_outputs_and_state_are_no_manifests_of_the_study(root: Path) -> None:
    write(root, "model", content="x")
    (root / "model").unlink()
    (root / "model").mkdir()
    (root / "model/x.manifest.json").write_text("{}")
    write(root, "state/train/x")
    seal(root)
    assert "state/train/x" not in sealed(root)
    assert [path for path in sealed(root) if path.startswith("model/")] == []


def test_nothing_to_seal(tmp_path: Path) -> None:
    assert seal(tmp_path / "absent") == GENESIS
    assert seal(tmp_path) == GENESIS
    assert not (tmp_path / NAME).exists()


def test_a_folder_that_cannot_be_written_is_a_known_error(root: Path) -> None:
    (root / NAME).mkdir()
    with pytest.raises(LedgerError, match=NAME):
        seal(root)


def test_writers_wait_for_each_other(root: Path) -> None:
    command = [sys.executable, "-c", f"from wideband.provenance.ledger import seal; seal({str(root)!r})"]
    environment = {**os.environ, "PYTHONPATH": str(PACKAGE)}
    with locked(root / LOCK):
        writers = [subprocess.Popen(command, env=environment) for _ in range(3)]
        with pytest.raises(subprocess.TimeoutExpired):
            writers[0].wait(1.5)
        assert sealed(root) == []
    assert [writer.wait(60) for writer in writers] == [0, 0, 0]
    assert sealed(root) == ["c", "b", "deep/a"]
    assert verify(read_lines(root)) == []
