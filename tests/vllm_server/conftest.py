"""A small study whose rollouts a real vLLM server on this CPU sampled, and that server."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parents[1] / "pipeline"))
sys.path.append(str(Path(__file__).parents[1] / "unit"))

from serving import BASE, CHANGES, CPU, KEY, LORA, STUDY, VLLM, Served, vllm
from workflow import Copy


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The finished study, each of its rollouts out of the one server; leave it as it is."""
    if not VLLM.exists():
        pytest.fail(f"{VLLM} is not there: make test-vllm installs it", pytrace=False)
    copy = Copy(tmp_path_factory.mktemp("served"))
    copy.write_study(STUDY, **CHANGES)
    _run(copy, BASE)
    with vllm(copy.root, *LORA) as url:
        copy.write_study(STUDY, STUDY, sampling={"engine": "vllm", "url": url, "laws": "vllm"})
        # One core: on a CPU, vLLM confuses base and adapters that are sampled at the same time.
        _run(copy)
        yield Served(copy, url)


def _run(copy: Copy, *targets: str) -> None:
    said = copy.snakemake(STUDY, "--cores", "1", *targets, VLLM_API_KEY=KEY)
    assert said.returncode == 0, said.stdout[-6000:]


@pytest.fixture
def in_project(served: Served, monkeypatch: pytest.MonkeyPatch) -> Served:
    """The same, with the project as the working directory and the server's key in the environment."""
    monkeypatch.chdir(served.copy.root)
    for name, value in (CPU | {"VLLM_API_KEY": KEY}).items():
        monkeypatch.setenv(name, value)
    return served
