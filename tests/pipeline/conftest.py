"""The nano study, run and audited once for all tests of this folder, and run once more where they compare."""

import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parents[1] / "browser"))

import asked as asked_study
from audited import Project
from workflow import Copy


def finished(folder: Path, *arguments: str, **environment: str) -> Copy:
    """A copy of the repository in which the nano study ran to its report."""
    copy = Copy(folder)
    said = copy.snakemake("nano", *arguments, **environment)
    (folder / "said.txt").write_text(said.stdout)
    assert said.returncode == 0, said.stdout[-6000:]
    return copy


@pytest.fixture(scope="session")
def nano(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    """The finished nano study; leave it as it is."""
    return finished(tmp_path_factory.mktemp("nano"), "--cores", "2")


@pytest.fixture(scope="session")
def twin(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    """The same study run again elsewhere: fewer threads, other hash seeds. Tests may break it.

    That jobs which are Pythons of their own give the same bytes as forked ones is shown by the cluster's.
    """
    fewer = ("--cores", "2", "--set-threads", "base=1")
    return finished(tmp_path_factory.mktemp("twin"), *fewer, PYTHONHASHSEED="7")


@pytest.fixture(scope="session")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    """The finished study of items of every kind; leave it as it is."""
    return asked_study.finished(tmp_path_factory.mktemp("asked"))


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    """A copy without any results, in a folder whose name means something to a shell that is not careful."""
    folder = tmp_path_factory.mktemp("empty") / "it's $(touch pwned) & `touch pwned`"
    folder.mkdir()
    return Copy(folder)


@pytest.fixture(scope="session")
def audited(nano: Copy, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The finished study after a first audit, which the others remember; leave it as it is."""
    folder = tmp_path_factory.mktemp("audited")
    project = Project(folder, nano.root)
    found = project.audit()
    assert found.findings == ()
    assert found.verdict == "VERIFIED"
    return folder


@pytest.fixture
def back_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The working directory is the test's own folder, and afterwards what it was before."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def project(audited: Path, tmp_path: Path, back_home: None) -> Project:
    """A copy of the audited study to tamper with."""
    return Project(tmp_path, audited)
