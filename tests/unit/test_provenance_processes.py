"""A job's work in several processes is what it is in one."""

import os
import signal
from pathlib import Path

import numpy as np
import pytest
from test_provenance_reads import found

from wideband.provenance.processes import ProcessKilled, mapped
from wideband.tables import TableError


def _squares(size: int) -> bytes:
    """A product of matrices so large that linear algebra would share it among threads."""
    return (np.random.default_rng(size).random((size, 300)) @ np.ones((300, size)) / 3).tobytes()


def _refused(item: int) -> int:
    raise TableError(f"table {item} is broken")


def _killed(item: int) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def test_results_are_those_of_one_process_in_their_order() -> None:
    sizes = [200, 3, 90, 1]
    alone = mapped(_squares, sizes, 1)
    assert alone == mapped(_squares, sizes, 3)
    assert list(map(len, alone)) == [8 * size**2 for size in sizes]


def test_what_is_wrong_in_another_process_is_said_here() -> None:
    with pytest.raises(TableError, match="table 7 is broken"):
        mapped(_refused, [7, 8], 2)
    with pytest.raises(ProcessKilled, match="memory_gb"):
        mapped(_killed, [1], 2)


def test_what_other_processes_read_the_job_has_read(tmp_path: Path) -> None:
    body = """
        from wideband.provenance.processes import mapped
        paths = [root / "data/other.txt", root / "data/declared.txt", root / "folder/part.txt"]
        assert mapped(Path.read_text, paths, 2)[0] == "data/other.txt"
    """
    assert found(tmp_path, body) == ["data/other.txt"]
