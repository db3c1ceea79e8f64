"""The nano study, run once for all tests of this folder; a line of its jobs once more where they compare."""

import shutil
import sys
from pathlib import Path

import pytest

sys.path += [str(Path(__file__).parents[1] / folder) for folder in ("browser", "unit")]

import asked as asked_study
from audited import Project
from faults import forget
from finished import finished_nano
from workflow import Copy

# Outputs of one line of jobs from a slice to numbers, with a job of nearly every rule.
AGAIN = (
    "models/nano",
    "data/math_test.parquet",
    "data/olympiad_heldout.parquet",
    "data/panel_band_train.parquet",
    "arms/panel/*/adapter",
    "arms/panel/*/training_log.parquet",
    "arms/panel/math_continuation/*/olympiad_pool.parquet",
    "arms/panel/olympiad_rlvr/*/*.parquet",
    "metrics/*/*/*/*.parquet",
    "numbers.jsonl",
)
# Those that nothing of the line follows, by results/nano.
ENDS = [
    f"results/nano/arms/panel/olympiad_rlvr/{table}/{name}.parquet"
    for table in ("verdicts", "embeddings")
    for name in ("gsm8k_test", "math_test", "olympiad_heldout")
]


@pytest.fixture(scope="session")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where nano ran, once for all processes of the tests; it keeps all cores busy meanwhile."""
    return finished_nano(tmp_path_factory)


@pytest.fixture(scope="session")
def nano(ran: Path, tmp_path_factory: pytest.TempPathFactory) -> Copy:
    """The finished nano study; leave it as it is."""
    return copied(ran, tmp_path_factory.mktemp("nano"))


@pytest.fixture(scope="session")
def twin(ran: Path, tmp_path_factory: pytest.TempPathFactory) -> Copy:
    """The same study, a line of it run again with fewer threads and other hash seeds. Tests may break it.

    That jobs which are Pythons of their own give the same bytes as forked ones is shown by the cluster's.
    """
    copy = copied(ran, tmp_path_factory.mktemp("twin"))
    root = copy.results("nano")
    forget(*(path for pattern in AGAIN for path in root.glob(pattern)))
    # The line by itself: in one run, all that follows from a new model would be made anew as well.
    for targets in (ENDS, ()):
        arguments = (*targets, "--cores", "2", "--set-threads", "base=1")
        said = copy.snakemake("nano", *arguments, PYTHONHASHSEED="7")
        assert said.returncode == 0, said.stdout[-6000:]
    return copy


def copied(source: Path, folder: Path) -> Copy:
    """A copy of the repository and of its results, times and Snakemake's own records included."""
    shutil.copytree(source, folder, symlinks=True, dirs_exist_ok=True)
    return Copy.at(folder)


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
