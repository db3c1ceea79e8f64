"""Real servers that end, by themselves or by force: nothing is left of them, and the job says why."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from threading import Thread

import pytest
from serving import ARGUMENTS, CPU, TESTS, VLLM, Served

from wideband.config.policy import Sampling
from wideband.policy.base import load_tokenizer
from wideband.sampling.open import open_engine
from wideband.sampling.partial_completions import PartialCompletions
from wideband.sampling.requests import Request, Settings
from wideband.sampling.vllm_engine import ServerError

WAIT_S = 600.0
# Eight shares, of which a server has four in hand.
REQUESTS = [Request(f"Q {n}:", seed=n) for n in range(512)]
SETTINGS = Settings(temperature=1.0, max_tokens=100, stop=())
JOB = """
import sys
from pathlib import Path
from wideband.config.policy import Sampling
from wideband.sampling.vllm_server import serve
with serve(Sampling(engine="vllm", server_python=sys.argv[1]), Path(sys.argv[2]), None, None):
    pass
"""


def settings(**arguments: object) -> Sampling:
    """An engine that starts a server of its own."""
    python = str(VLLM.parent / "python")
    return Sampling(engine="vllm", server_python=python, server_args={**ARGUMENTS, **arguments})


def below(pid: int) -> list[int]:
    """A process and all that it started, as long as they live."""
    found = [pid]
    for each in found:
        for task in Path(f"/proc/{each}/task").glob("*/children"):
            found += map(int, task.read_text().split())
    return found


def servers() -> list[int]:
    """The processes of all servers that this one started."""
    ours = below(os.getpid())
    return [each for pid in ours if b"server_process.py" in command_line(pid) for each in below(pid)]


def command_line(pid: int) -> bytes:
    """Of a process that may be gone."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def until(true: object) -> bool:
    """Whether a condition comes true while one may wait for it."""
    end = time.monotonic() + WAIT_S
    while not true() and time.monotonic() < end:
        time.sleep(0.1)
    return bool(true())


def test_a_server_killed_while_it_samples_is_named_and_the_next_job_goes_on(
    in_project: Served, tmp_path: Path
) -> None:
    base, tokenizer, kept = in_project.base, load_tokenizer(in_project.base), PartialCompletions(tmp_path)
    before = set(servers())

    def kill_the_api_server() -> None:
        assert until(lambda: len(list(tmp_path.iterdir())) >= 2)
        lines = {pid: command_line(pid) for pid in set(servers()) - before}
        (api,) = (
            pid
            for pid, line in lines.items()
            if b"bin/vllm\0serve" in line and b"server_process.py" not in line
        )
        os.kill(api, signal.SIGKILL)

    with open_engine(settings(), base, in_project.adapter("panel"), tokenizer, 1, partial=kept) as engine:
        started = set(servers()) - before
        assert len(started) >= 4  # what holds it, the API server, the engine, a worker
        killer = Thread(target=kill_the_api_server)
        killer.start()
        with pytest.raises(ServerError, match="the vLLM server ended by SIGKILL: "):
            engine.sample(REQUESTS, SETTINGS)
        killer.join()
        assert until(lambda: not any(map(command_line, started)))
    shares = len(list(tmp_path.iterdir()))
    assert 2 <= shares < 8
    kept, again = PartialCompletions(tmp_path), Sampling(engine="vllm", url=in_project.url)
    with open_engine(again, base, in_project.adapter("panel"), tokenizer, 1, partial=kept) as engine:
        done = engine.sample(REQUESTS, SETTINGS)
    assert (kept.rollouts, len(done)) == (64 * shares, 512)


def test_a_job_killed_while_its_server_loads_leaves_none_of_it(in_project: Served) -> None:
    environment = os.environ | CPU | {"PYTHONPATH": str(TESTS.parent / "workflow_scripts")}
    job = subprocess.Popen(
        [sys.executable, "-c", JOB, str(VLLM.parent / "python"), str(in_project.base)],
        env=environment,
        stderr=subprocess.DEVNULL,
    )
    # Its engine is a process of its own by then, and waits for nothing but to be loaded.
    assert until(lambda: len(below(job.pid)) >= 4 or job.poll() is not None)
    started = below(job.pid)
    job.kill()
    job.wait()
    assert len(started) >= 4
    assert until(lambda: not any(map(command_line, started)))


def test_a_server_that_cannot_load_says_why(in_project: Served) -> None:
    with (
        pytest.raises(ServerError) as error,
        open_engine(settings(max_model_len=99999), in_project.base, None, None, 1),
    ):
        pass
    said = str(error.value)
    assert said.startswith("while loading, the vLLM server ended with exit status 1: ")
    assert "max_model_len (99999) is greater than the derived" in said and "\n" not in said
