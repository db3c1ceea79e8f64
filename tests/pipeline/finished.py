"""The nano study run once for all processes, and for later sessions of tests while nothing has changed."""

import fcntl
import os
import sys
from pathlib import Path

import pytest
from workflow import ROOT, Copy, project_files

from wideband.provenance.digests import file_digest, json_digest


def finished_nano(factory: pytest.TempPathFactory) -> Path:
    """Where nano ran to its report on two cores of this machine; leave it as it is.

    pytest keeps the folders of its last sessions: the tests of the cluster, which come after the others, find
    the run of those.
    """
    base = factory.getbasetemp()
    session = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    name = f"nano-{_made_of()}"
    with open(session / "nano.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if earlier := next(session.parent.glob(f"{session.name.rstrip('0123456789')}*/{name}"), None):
            return earlier.resolve()
        copy = Copy(factory.mktemp("unfinished") / "nano")
        said = copy.snakemake("nano", "--cores", "2")
        assert (copy.results("nano") / "report/index.html").is_file(), said.stdout[-6000:]
        (copy.root / "said.txt").write_text(said.stdout)
        return copy.root.rename(session / name)


def _made_of() -> str:
    """A short digest of the project's files and of the Python that runs them."""
    files = {name: file_digest(ROOT / name) for name in project_files()}
    return json_digest([files, sys.prefix, sys.version])[:16]
