"""vLLM servers: what they are started with, what they are told of adapters, and how they end."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
import vllm_stub
from safetensors.torch import save_file

from wideband.config.policy import Sampling
from wideband.sampling import vllm_server
from wideband.sampling.open import open_engine
from wideband.sampling.requests import Request, Settings
from wideband.sampling.server_process import cause
from wideband.sampling.vllm_adapters import adapter_name, load_adapter, lora_options
from wideband.sampling.vllm_engine import ServerError
from wideband.sampling.vllm_server import command

ROOT = Path(__file__).resolve().parents[2]
# A job that has started a server, from a thread that is gone by then, and does not end.
JOB = """
import sys, threading, time
from pathlib import Path
from wideband.config.policy import Sampling
from wideband.sampling.vllm_server import serve
pause = time.sleep
time.sleep = lambda _: pause(0.1)
opened = serve(Sampling(engine="vllm", server_python=sys.argv[1]), Path(sys.argv[2]), None, None)
starter = threading.Thread(target=opened.__enter__)
starter.start()
starter.join()
print("started", flush=True)
pause(60)
"""
SETTINGS = Settings(0.8, 64, ("</answer>",))
REQUESTS = [Request(f"Q {index}", 2 * index + 1) for index in range(60)]
ATTENTION = "base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight"
EXPERTS = "base_model.model.model.layers.0.mlp.experts.lora_A.weight"


def adapter_in(
    folder: Path, rank: int = 16, names: tuple[str, ...] = (ATTENTION,), fill: float = 0.0
) -> Path:
    """An adapter of so much as a server's options look at."""
    folder.mkdir(parents=True)
    (folder / "adapter_config.json").write_text(json.dumps({"peft_type": "LORA", "r": rank}))
    halves = {"lora_A": (rank, 2), "lora_B": (2, rank)}
    tensors = {name.replace("lora_A", half): shape for name in names for half, shape in halves.items()}
    save_file(
        {name: torch.full(shape, fill) for name, shape in tensors.items()},
        folder / "adapter_model.safetensors",
    )
    return folder


@pytest.fixture
def adapter(tmp_path: Path) -> Path:
    return adapter_in(tmp_path / "adapter")


@pytest.fixture
def server(tiny_base: Path) -> Iterator[vllm_stub.Server]:
    """A stub that runs already and serves the tiny model."""
    with vllm_stub.running(tiny_base) as running:
        yield running


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The python of an environment whose `vllm` is the stub; what it was told is written beside it."""
    (tmp_path / "bin").mkdir()
    vllm = tmp_path / "bin" / "vllm"
    site = Path(torch.__file__).parents[1]
    vllm.write_text(f'#!/bin/sh\nPYTHONPATH={site} exec {sys.executable} {vllm_stub.__file__} "$@"\n')
    vllm.chmod(0o755)
    monkeypatch.setenv("VLLM_STUB_LOG", str(tmp_path / "bin" / "told.json"))
    pause = time.sleep
    monkeypatch.setattr("wideband.sampling.vllm_server.time.sleep", lambda _: pause(0.1))
    monkeypatch.setattr("wideband.sampling.vllm_engine.PAUSES_S", (0.2,) * 10)
    return tmp_path / "bin" / "python"


def told(installed: Path) -> dict[str, Any]:
    """What the stub was started with."""
    return json.loads((installed.parent / "told.json").read_text())


def gone(pids: list[int]) -> bool:
    """Whether none of these processes is left within some seconds."""
    until = time.monotonic() + 30
    while any(map(_lives, pids)) and time.monotonic() < until:
        time.sleep(0.05)
    return not any(map(_lives, pids))


def _lives(pid: int) -> bool:
    try:
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False


def test_a_running_server_gets_the_adapter_and_is_asked_for_it(
    server: vllm_stub.Server, tiny_base: Path, adapter: Path, tokenizer: Any
) -> None:
    settings = Sampling(engine="vllm", url=f"{server.url}/v1/")
    for _ in range(2):
        with open_engine(settings, tiny_base, adapter, tokenizer, 1) as engine:
            engine.sample(REQUESTS[:1], SETTINGS)
    name = adapter_name(adapter)
    assert server.lora == [{"lora_name": name, "lora_path": str(adapter), "load_inplace": True}] * 2
    assert [asked["model"] for asked in server.asked] == [name] * 2


def test_jobs_that_share_a_server_keep_their_own_adapters(
    server: vllm_stub.Server, tiny_base: Path, tmp_path: Path, tokenizer: Any
) -> None:
    one, other = adapter_in(tmp_path / "one"), adapter_in(tmp_path / "other", fill=1.0)
    copy = shutil.copytree(one, tmp_path / "copy")
    settings = Sampling(engine="vllm", url=server.url)
    with (
        open_engine(settings, tiny_base, one, tokenizer, 1) as first,
        open_engine(settings, tiny_base, other, tokenizer, 1) as second,
        open_engine(settings, tiny_base, copy, tokenizer, 1) as third,
    ):
        for engine in (first, second, third):
            engine.sample(REQUESTS[:1], SETTINGS)
    names = [asked["model"] for asked in server.asked]
    assert names[0] != names[1] and names[0] == names[2]
    assert server.loras == {names[0]: str(copy), names[1]: str(other)}


def test_a_running_server_is_told_that_an_adapter_has_fused_experts(
    server: vllm_stub.Server, tiny_base: Path, tmp_path: Path, tokenizer: Any
) -> None:
    experts = adapter_in(tmp_path / "experts", names=(ATTENTION, EXPERTS))
    with open_engine(Sampling(engine="vllm", url=server.url), tiny_base, experts, tokenizer, 1):
        assert server.lora[0]["is_3d_lora_weight"] is True


def test_a_refused_adapter_is_told_in_the_servers_own_words(
    server: vllm_stub.Server, tiny_base: Path, tmp_path: Path, tokenizer: Any
) -> None:
    server.mixed_experts = False
    experts = adapter_in(tmp_path / "experts", names=(EXPERTS,))
    settings = Sampling(engine="vllm", url=server.url)
    with (
        pytest.raises(
            ServerError, match=r"refused the adapter .*experts: .*LoRA adapter 1 contains fused 3D"
        ),
        open_engine(settings, tiny_base, experts, tokenizer, 1),
    ):
        pass


def test_a_server_that_takes_no_adapters_says_how_to_start_it(
    server: vllm_stub.Server, tiny_base: Path, adapter: Path, tokenizer: Any
) -> None:
    server.runtime_lora = False
    with (
        pytest.raises(ServerError, match=r"refused the adapter .* --enable-lora and VLLM_ALLOW"),
        open_engine(Sampling(engine="vllm", url=server.url), tiny_base, adapter, tokenizer, 1),
    ):
        pass


def test_a_running_server_is_asked_for_the_base_by_its_own_name(tiny_base: Path, tokenizer: Any) -> None:
    for name in (str(tiny_base), "another name of the same folder"):
        with (
            vllm_stub.running(tiny_base, model=name) as server,
            open_engine(Sampling(engine="vllm", url=server.url), tiny_base, None, tokenizer, 1) as engine,
        ):
            engine.sample(REQUESTS[:2], SETTINGS)
            assert {asked["model"] for asked in server.asked} == {name}


def test_a_server_of_another_model_is_refused_with_what_it_serves(
    tiny_base: Path, tmp_path: Path, tokenizer: Any
) -> None:
    other = shutil.copytree(tiny_base, tmp_path / "other")
    with (
        vllm_stub.running(other) as server,
        pytest.raises(
            ServerError, match=f"serves {other}, this job samples from {tiny_base}; start one with"
        ),
        open_engine(Sampling(engine="vllm", url=server.url), tiny_base, None, tokenizer, 1),
    ):
        pass


def test_a_running_servers_key_comes_from_the_environment(
    tiny_base: Path, adapter: Path, tokenizer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with vllm_stub.running(tiny_base, key="secret") as server:
        settings = Sampling(engine="vllm", url=server.url)
        with (
            pytest.raises(ServerError, match="environment variable VLLM_API_KEY"),
            open_engine(settings, tiny_base, adapter, tokenizer, 1),
        ):
            pass
        monkeypatch.setenv("VLLM_API_KEY", "secret")
        with open_engine(settings, tiny_base, adapter, tokenizer, 1) as engine:
            assert len(engine.sample(REQUESTS[:2], SETTINGS)) == 2


def test_a_server_is_started_with_the_policy_and_ended(
    installed: Path, tiny_base: Path, adapter: Path, tokenizer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", "modules of this environment")
    settings = Sampling(
        engine="vllm", server_python=str(installed), tensor_parallel=2, server_args={"max_model_len": 200}
    )
    with open_engine(settings, tiny_base, adapter, tokenizer, 1) as engine:
        assert [each.finish_reason for each in engine.sample(REQUESTS[:2], SETTINGS)] == ["stop", "stop"]
    started = told(installed)
    given = vllm_stub.parser().parse_args(started["line"])
    assert (given.model, given.host, given.dtype, given.tensor_parallel_size) == (
        str(tiny_base), "127.0.0.1", "float32", 2
    )  # fmt: skip
    assert (given.logprobs_mode, given.generation_config) == ("processed_logprobs", "vllm")
    assert given.max_logprobs == -1
    assert given.disable_uvicorn_access_log and given.enable_lora and given.max_lora_rank == 16
    assert json.loads(given.lora_modules) == {"name": adapter_name(adapter), "path": str(adapter)}
    assert given.max_model_len == 200
    assert len(started["key"]) > 30 and started["key"] not in " ".join(started["line"])
    assert started["environment"]["VLLM_NO_USAGE_STATS"] == started["environment"]["DO_NOT_TRACK"] == "1"
    assert "modules of this environment" not in started["environment"]["PYTHONPATH"]
    assert gone(started["pids"])


def test_fused_experts_are_announced_on_the_command_line(tmp_path: Path) -> None:
    experts = adapter_in(tmp_path / "experts", names=(EXPERTS,))
    line = lora_options(experts)
    assert "--enable-mixed-moe-lora-format" in line
    assert json.loads(line[-1])["is_3d_lora_weight"] is True
    assert "--enable-mixed-moe-lora-format" not in lora_options(adapter_in(tmp_path / "attention"))


@pytest.mark.parametrize(("rank", "served"), [(1, 1), (4, 8), (8, 8), (9, 16), (200, 256), (257, 320)])
def test_a_rank_is_rounded_up_to_one_that_vllm_serves(tmp_path: Path, rank: int, served: int) -> None:
    line = lora_options(adapter_in(tmp_path / "adapter", rank))
    assert line[line.index("--max-lora-rank") + 1] == str(served)


def test_the_highest_rank_of_a_pattern_counts(tmp_path: Path) -> None:
    folder = adapter_in(tmp_path / "adapter", 4)
    config = {"peft_type": "LORA", "r": 4, "rank_pattern": {"q_proj": 20}}
    (folder / "adapter_config.json").write_text(json.dumps(config))
    assert "32" in lora_options(folder)


def test_a_rank_beyond_vllms_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ServerError, match=r"LoRA rank 513; vLLM serves up to 512: .*engine: transformers"):
        lora_options(adapter_in(tmp_path / "adapter", 513))


def test_all_of_a_server_ends_with_the_job_that_started_it_and_was_killed(
    installed: Path, tiny_base: Path
) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", JOB, str(installed), str(tiny_base)],
        env={**os.environ, "PYTHONPATH": str(ROOT / "workflow_scripts")},
        stdout=subprocess.PIPE,
        text=True,
    ) as job:
        try:
            assert job.stdout.readline() == "started\n"
            pids = told(installed)["pids"]
            assert all(map(_lives, pids))
        finally:
            job.kill()
    assert gone(pids)


def test_a_server_that_is_killed_leaves_no_processes_and_is_named_at_once(
    installed: Path, tiny_base: Path, tokenizer: Any
) -> None:
    settings = Sampling(engine="vllm", server_python=str(installed))
    with open_engine(settings, tiny_base, None, tokenizer, 1) as engine:
        pids = told(installed)["pids"]
        os.kill(pids[0], signal.SIGKILL)
        with pytest.raises(ServerError, match="the vLLM server ended by SIGKILL: somebody killed it, or the"):
            engine.sample(REQUESTS[:2], SETTINGS)
        assert gone(pids)


def test_a_server_that_dies_while_it_samples_says_why(
    installed: Path, tiny_base: Path, tokenizer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VLLM_STUB_DIES", "5")
    settings = Sampling(engine="vllm", server_python=str(installed))
    with (
        pytest.raises(ServerError) as error,
        open_engine(settings, tiny_base, None, tokenizer, 1) as engine,
    ):
        engine.sample(REQUESTS, SETTINGS)
    assert str(error.value) == "the vLLM server ended by SIGKILL: RuntimeError: no more memory"


def test_a_server_that_dies_while_loading_is_not_waited_for(
    installed: Path, tiny_base: Path, tokenizer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VLLM_STUB_EXIT", "3")
    settings = Sampling(engine="vllm", server_python=str(installed))
    said = "while loading, the vLLM server ended with exit status 3: ValueError: no room for the weights"
    with pytest.raises(ServerError, match=said), open_engine(settings, tiny_base, None, tokenizer, 1):
        pass


def test_an_argument_that_vllm_does_not_know_is_named(
    installed: Path, tiny_base: Path, tokenizer: Any
) -> None:
    settings = Sampling(engine="vllm", server_python=str(installed), server_args={"block_size": 9})
    said = "exit status 2: vllm: error: unrecognized arguments: --block-size=9"
    with pytest.raises(ServerError, match=said), open_engine(settings, tiny_base, None, tokenizer, 1):
        pass


def test_a_server_that_is_not_ready_in_time_is_told_with_a_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vllm_server, "START_LIMIT_S", 0)
    with pytest.raises(ServerError, match="not ready after 0 s; see its last lines in the log of this job"):
        vllm_server.wait("http://127.0.0.1:1", None)


def test_an_adapter_that_gets_no_answer_is_told_with_a_remedy(tmp_path: Path) -> None:
    url = f"http://127.0.0.1:{vllm_server.free_port()}"
    with pytest.raises(
        ServerError, match=r"no answer when loading the adapter .*; check that the server runs"
    ):
        load_adapter(url, "none", adapter_in(tmp_path / "adapter"))


def test_the_cause_is_the_first_hand_error_of_a_log() -> None:
    log = [
        "(EngineCore pid=71) INFO 11-28 20:03:21 [core.py:185] loading",
        "(EngineCore pid=71) ERROR 11-28 20:03:22 [core.py:9] Traceback (most recent call last):",
        "(EngineCore pid=71) ERROR 11-28 20:03:22 [core.py:9] torch.OutOfMemoryError: 1 GiB wanted",
        "(APIServer pid=70) RuntimeError: Engine core initialization failed. See root cause above.",
    ]
    assert cause(log, 1) == "torch.OutOfMemoryError: 1 GiB wanted"
    setting = [
        "pydantic_core.ValidationError: 1 validation error for ModelConfig",
        "  Value error, too long [type=]",
    ]
    assert cause(setting, 1) == f"{setting[0]}: Value error, too long [type=]"
    assert cause(log[:1], 1) == "its last line is 'loading'"
    assert cause([], 1) == "it wrote nothing"
    assert "want of memory" in cause(log[:1], -signal.SIGKILL)


def test_a_missing_environment_is_named_with_the_remedy(
    tiny_base: Path, tokenizer: Any, tmp_path: Path
) -> None:
    settings = Sampling(engine="vllm", server_python=str(tmp_path / "nowhere/bin/python"))
    with (
        pytest.raises(ServerError, match=r"sampling.server_python: .*vllm is not there; install envs/serve"),
        open_engine(settings, tiny_base, None, tokenizer, 1),
    ):
        pass


def test_vllm_without_python_or_address_is_refused(tiny_base: Path) -> None:
    with pytest.raises(ServerError, match=r"engine vllm needs `server_python`.*or `url`"):
        command(Sampling(engine="vllm"), tiny_base, None, 1)
