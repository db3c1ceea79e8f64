"""A job forked from a process with all libraries imported is a job as any other."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from processes import alive, until

from wideband.workflow.preload import PLACE, worth

SCRIPTS = Path(__file__).parents[2] / "workflow_scripts"
START = [sys.executable, "-IS", str(SCRIPTS / "start_job.py")]
# A driver: offers the process, says where, lives until its standard input ends.
DRIVER = """
import os, sys
from pathlib import Path
from wideband.workflow.preload import PLACE, offer
offer(Path(sys.argv[1]))
print(os.environ[PLACE], flush=True)
sys.stdin.read()
"""
SAYS = """
import os, sys
print(sys.argv[1:], os.getcwd(), os.environ["ASKED"], os.environ.get("OMP_NUM_THREADS"))
print("wideband" in sys.modules, sys.path[0], "torch" in sys.modules)
print("to standard error", file=sys.stderr)
sys.exit(int(sys.argv[1]))
"""
HANGS = """
import os, sys
print(os.getpid(), flush=True)
9 ** 9 ** 9  # holds the interpreter's lock
"""

Place = Callable[[], str]


@pytest.fixture(scope="module")
def driver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A driver and the place of its process, once that has imported everything."""
    environment = {name: value for name, value in os.environ.items() if name != PLACE}
    log = tmp_path_factory.mktemp("preload") / "said.log"
    process = subprocess.Popen(
        [sys.executable, "-c", DRIVER, str(log)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment | {"PYTHONPATH": str(SCRIPTS)},
    )
    place = process.stdout.readline().strip()
    until(lambda: os.path.exists(place))
    assert log.read_text() == ""
    yield process, place
    process.communicate()
    until(lambda: not os.path.exists(place), 10)


def test_its_arguments_folder_environment_streams_and_status_are_those_of_who_asked(
    driver: tuple[subprocess.Popen[str], str], tmp_path: Path
) -> None:
    script = tmp_path / "says.py"
    script.write_text(SAYS)
    said = subprocess.run(
        [*START, str(script), "3", "x"],
        cwd=tmp_path,
        env={PLACE: driver[1], "ASKED": "yes", "OMP_NUM_THREADS": "2"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.returncode == 3
    assert said.stdout == f"['3', 'x'] {tmp_path} yes 2\nFalse {SCRIPTS} True\n"
    assert said.stderr == "to standard error\n"


def test_without_the_process_a_job_starts_on_its_own(tmp_path: Path) -> None:
    script = tmp_path / "says.py"
    script.write_text(SAYS)
    environment = {PLACE: str(tmp_path / "nobody"), "ASKED": "no"}
    said = subprocess.run([*START, str(script), "4"], env=environment, capture_output=True, text=True)
    assert said.returncode == 4
    assert f"False {tmp_path} False\n" in said.stdout


def test_an_error_ends_it_with_status_1_and_its_traceback(
    driver: tuple[subprocess.Popen[str], str], tmp_path: Path
) -> None:
    script = tmp_path / "fails.py"
    script.write_text("1 / 0")
    said = subprocess.run([*START, str(script)], env={PLACE: driver[1]}, capture_output=True, text=True)
    assert said.returncode == 1 and "ZeroDivisionError" in said.stderr


def test_it_is_killed_with_who_asked_for_it(
    driver: tuple[subprocess.Popen[str], str], tmp_path: Path
) -> None:
    script = tmp_path / "hangs.py"
    script.write_text(HANGS)
    asked = subprocess.Popen([*START, str(script)], env={PLACE: driver[1]}, stdout=subprocess.PIPE, text=True)
    job = int(asked.stdout.readline())
    assert job != asked.pid and alive(job)
    asked.kill()
    asked.communicate()
    until(lambda: not alive(job), 10)


def test_who_asked_sees_that_it_was_killed(driver: tuple[subprocess.Popen[str], str], tmp_path: Path) -> None:
    script = tmp_path / "hangs.py"
    script.write_text(HANGS)
    asked = subprocess.Popen([*START, str(script)], env={PLACE: driver[1]}, stdout=subprocess.PIPE, text=True)
    os.kill(int(asked.stdout.readline()), signal.SIGKILL)
    assert asked.wait(10) == 137
    asked.communicate()


def test_a_module_runs_as_with_m(driver: tuple[subprocess.Popen[str], str]) -> None:
    said = subprocess.run(
        [*START, "-m", "wideband.grading.worker"],
        input='["1/2", "0.5", null]\n["x", "2", null]\n',
        env={PLACE: driver[1], "PYTHONHASHSEED": "0"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    process, *verdicts = said.stdout.splitlines()
    assert process.isdigit() and verdicts == ['["verified", true]', '["verified", false]']


def test_it_pays_for_a_few_jobs_with_models_and_for_none_that_count() -> None:
    counting = [f"specs/{rule}/{number}.json" for rule in ("grade", "slice") for number in range(9)]
    models = [f"specs/sample/{number}.json" for number in range(3)]
    assert not worth(counting) and not worth(models[:2]) and worth(models)
