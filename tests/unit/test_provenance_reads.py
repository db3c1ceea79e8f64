"""Files that a job reads without having declared them."""

import json
import os
import subprocess
import sys
import textwrap
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[2] / "workflow_scripts"


def found(tmp_path: Path, body: str) -> list[str]:
    """What is found while `body` runs, in a process of its own since hooks stay, relative to the root."""
    root = tmp_path / "results/s"
    for name in ("data/declared.txt", "data/other.txt", "folder/part.txt", "specs/a.json", "b.manifest.json"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(name)
    lines = textwrap.dedent(
        """
        import json, os, sys
        from pathlib import Path
        from wideband.provenance.reads import Reads
        root = Path("results/s")
        reads = Reads(root, [root / "data/declared.txt", root / "folder"])
        reads.watch()
        """
    )
    script = lines + textwrap.dedent(body) + "\nprint(json.dumps(sorted(reads.found)))"
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(PACKAGE)},
        capture_output=True,
        text=True,
        check=True,
    )
    return [os.path.relpath(path, "results/s") for path in json.loads(done.stdout)]


def test_declared_files_and_files_in_declared_folders_are_free(tmp_path: Path) -> None:
    body = """
        (root / "data/declared.txt").read_text()
        open("results/s/folder/part.txt").close()
        (root / "specs/a.json").read_bytes()
        (root / "b.manifest.json").read_text()
    """
    assert found(tmp_path, body) == []


def test_another_file_is_found_however_it_is_opened(tmp_path: Path) -> None:
    assert found(tmp_path, '(root / "data/other.txt").read_text()') == ["data/other.txt"]
    assert found(tmp_path, 'os.close(os.open(root / "data/other.txt", os.O_RDONLY))') == ["data/other.txt"]
    assert found(tmp_path, 'open(os.path.abspath("results/s/data/../data/other.txt")).close()')


def test_written_files_and_files_outside_are_no_inputs(tmp_path: Path) -> None:
    body = """
        (root / "data/new.txt").write_text("x")
        Path("elsewhere.txt").write_text("x")
        Path("elsewhere.txt").read_text()
        (root / "data/.new.txt.1.tmp").write_text("x")
        (root / "data/.new.txt.1.tmp").read_text()
    """
    assert found(tmp_path, body) == []


def test_tables_are_announced_though_arrow_opens_them_itself(tmp_path: Path) -> None:
    body = """
        import pandas as pd
        from wideband.tables import read_table
        from wideband.tables.schemas import SCHEMAS
        empty = pd.DataFrame({name: [] for name in SCHEMAS["band"].columns})
        empty.to_parquet(root / "data/band.parquet")
        reads.found.clear()
        read_table(root / "data/band.parquet", "band")
    """
    assert found(tmp_path, body) == ["data/band.parquet"]
