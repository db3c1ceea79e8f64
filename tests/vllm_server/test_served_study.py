"""A study on a real vLLM server: its rollouts and laws are those of the policy, and the audit says so."""

import json
import re
import shutil
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from safetensors.torch import load_file, save_file
from serving import STUDY, Served

from wideband.audit.agreement import logprob, tolerance
from wideband.config.policy import Sampling
from wideband.likelihood import Question
from wideband.likelihood.open import open_laws
from wideband.policy.base import load_tokenizer
from wideband.policy.load import sampling_policy
from wideband.sampling.open import open_engine
from wideband.sampling.requests import Completion, Request, Settings
from wideband.spaces import answer_space
from wideband.tables import read_table

REQUESTS = [Request(f"What is {n} + {7 * n % 13}? ", 2**47 + 3 * n + k) for n in range(12) for k in range(2)]
STOP = ("</answer>",)
# Long enough for several blocks of the server's cache.
SHOWN = "Pick one of them at random: " + ", ".join(map(str, range(1, 101))) + ". "
QUESTIONS = [
    Question(SHOWN, answer_space("numbers", "number", [str(number) for number in range(1, 101)])),
    Question(f"{SHOWN}Or a word? ", answer_space("words", "word", ["red", "reddish", "green", "blue green"])),
]
# Tokens that the server looked for in its cache, and found there.
CACHE, NATS = ("prefix_cache_queries", "prefix_cache_hits"), 1e-4
# Three steps of training hardly move a policy; enlarged, an adapter's effect cannot pass for rounding.
LARGER = 40


@pytest.fixture(scope="module")
def adapters(served: Served, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path | None]:
    """None, a trained one of attention and experts, the same enlarged, its attention alone, another arm's."""
    folder = tmp_path_factory.mktemp("adapters")
    return {
        "base": None,
        "trained": served.adapter("panel"),
        "enlarged": _derived(served.adapter("panel"), folder / "enlarged"),
        "attention": _derived(served.adapter("panel"), folder / "attention", experts=False),
        "other": _derived(served.adapter("think"), folder / "other"),
    }


def _derived(adapter: Path, folder: Path, experts: bool = True) -> Path:
    shutil.copytree(adapter, folder)
    tensors = load_file(adapter / "adapter_model.safetensors")
    kept = {name: each for name, each in tensors.items() if experts or ".experts." not in name}
    larger = {name: each * LARGER if "lora_B" in name else each for name, each in kept.items()}
    save_file(larger, folder / "adapter_model.safetensors")
    if not experts:
        config = json.loads((folder / "adapter_config.json").read_text()) | {"target_parameters": None}
        (folder / "adapter_config.json").write_text(json.dumps(config))
    return folder


def sampled(served: Served, adapter: Path | None, settings: Settings) -> list[Completion]:
    """Completions of the server."""
    engine = Sampling(engine="vllm", url=served.url)
    with open_engine(engine, served.base, adapter, load_tokenizer(served.base), 1) as opened:
        return opened.sample(REQUESTS, settings)


def nats_off(served: Served, adapter: Path | None, done: list[Completion], temperature: float) -> list[float]:
    """By how much each log-probability is not that of our own forward pass, in nats a token."""
    model, tokenizer = sampling_policy(served.base, adapter), load_tokenizer(served.base)
    ours = (
        logprob(model, tokenizer.encode(request.prompt), list(each.token_ids), temperature)
        for request, each in zip(REQUESTS, done, strict=True)
    )
    return [abs(own - each.logprob) / each.tokens for own, each in zip(ours, done, strict=True)]


@pytest.mark.parametrize("name", ["base", "trained", "enlarged", "attention"])
def test_greedy_tokens_are_those_of_the_engine_transformers(
    in_project: Served, adapters: dict[str, Path | None], name: str
) -> None:
    greedy = Settings(0.0, 24, STOP)
    done = sampled(in_project, adapters[name], greedy)
    tokenizer = load_tokenizer(in_project.base)
    with open_engine(Sampling(), in_project.base, adapters[name], tokenizer, 1) as engine:
        ours = engine.sample(REQUESTS, greedy)
    assert [each.token_ids for each in done] == [each.token_ids for each in ours]
    assert [each.text for each in done] == [each.text for each in ours]
    assert [each.finish_reason for each in done] == [each.finish_reason for each in ours]
    assert max(abs(a.logprob - b.logprob) / a.tokens for a, b in zip(done, ours, strict=True)) < 1e-4


@pytest.mark.parametrize("temperature", [1.0, 0.7])
@pytest.mark.parametrize("name", ["base", "trained", "enlarged", "attention"])
def test_log_probabilities_are_of_the_distribution_that_is_sampled_from(
    in_project: Served, adapters: dict[str, Path | None], name: str, temperature: float
) -> None:
    done = sampled(in_project, adapters[name], Settings(temperature, 24, STOP))
    off = nats_off(in_project, adapters[name], done, temperature)
    print(f"{name}, T {temperature}: {max(off):.1e} nats a token at most")
    assert max(off) < tolerance("float32", "vllm", temperature)
    if name in ("enlarged", "attention"):
        assert max(nats_off(in_project, None, done, temperature)) > 0.1


def test_two_jobs_on_one_server_each_sample_their_own_adapter(
    in_project: Served, adapters: dict[str, Path | None]
) -> None:
    settings, names = Settings(1.0, 24, STOP), ("enlarged", "other")
    with ThreadPoolExecutor(2) as jobs:
        runs = [jobs.submit(sampled, in_project, adapters[name], settings) for name in names]
        done = dict(zip(names, (run.result() for run in runs), strict=True))
    for name, other in (names, names[::-1]):
        assert max(nats_off(in_project, adapters[name], done[name], 1.0)) < tolerance("float32", "vllm", 1.0)
        assert max(nats_off(in_project, adapters[other], done[name], 1.0)) > 0.1


def counted(served: Served, name: str) -> float:
    """A counter of the server's."""
    with urllib.request.urlopen(f"{served.url}/metrics", timeout=60) as answer:
        return sum(
            map(float, re.findall(rf"^vllm:{name}_total{{.*}} (\S+)$", answer.read().decode(), re.MULTILINE))
        )


@pytest.mark.parametrize("temperature", [1.0, 1.5])
@pytest.mark.parametrize("name", ["base", "enlarged"])
def test_exact_laws_are_those_of_this_process_and_prompts_are_computed_once(
    in_project: Served, adapters: dict[str, Path | None], name: str, temperature: float
) -> None:
    tokenizer, served = (
        load_tokenizer(in_project.base),
        Sampling(engine="vllm", url=in_project.url, laws="vllm"),
    )
    before = [counted(in_project, each) for each in CACHE]
    with open_laws(served, in_project.base, adapters[name], tokenizer) as laws:
        found = laws(QUESTIONS, temperature)
    asked, hit = (counted(in_project, each) - was for each, was in zip(CACHE, before, strict=True))
    with open_laws(None, in_project.base, adapters[name], tokenizer) as laws:
        own = laws(QUESTIONS, temperature)
    for one, other in zip(found, own, strict=True):
        assert one.tokens.tolist() == other.tokens.tolist()
        assert np.abs(one.logprobs - other.logprobs).max() < NATS
        assert abs(one.opening.entropy - other.opening.entropy) < NATS
    print(f"{name}, T {temperature}: {hit:.0f} of {asked:.0f} tokens were there")
    # A prompt has its length more or less of the tokens of every request behind it.
    assert hit > 0.5 * asked > 0


def rollouts(served: Served) -> Iterator[Path]:
    """Every table of rollouts of the study."""
    return served.copy.results(STUDY).glob("arms/*/*/rollouts/*.parquet")


def test_the_study_holds_the_tokens_that_the_server_sampled(served: Served) -> None:
    tables = [read_table(path, "rollouts") for path in rollouts(served)]
    assert len(tables) == 10 and all(set(table["engine"]) == {"vllm"} for table in tables)
    for table in tables:
        assert [len(ids) for ids in table["token_ids"]] == table["completion_tokens"].tolist()


def test_its_audit_ends_verified(served: Served) -> None:
    said = served.copy.python("-m", "wideband.cli", "audit", "--study", STUDY)
    assert said.returncode == 0, said.stdout
    found = json.loads((served.copy.results(STUDY) / "audit/audit.json").read_text())
    assert (found["verdict"], found["findings"]) == ("VERIFIED", [])
    assert found["levels"] == [0, 1, 2, 3, 4, 5, 6] and found["numbers"]
    assert {number["status"] for number in found["numbers"]} == {"VERIFIED"}
