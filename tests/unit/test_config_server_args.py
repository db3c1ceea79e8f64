"""Arguments that a study gives its vLLM server: data, never an address, a policy, code or a second option."""

from pathlib import Path

import pytest

from wideband.config.policy import Sampling
from wideband.config.server_args import options, refused
from wideband.sampling.vllm_command import command
from wideband.sampling.vllm_engine import ServerError


def test_arguments_become_options_of_one_word_each() -> None:
    given = {
        "max_model_len": 2048,
        "enforce-eager": True,
        "enable_prefix_caching": False,
        "quantization": "fp8",
    }
    given |= {"gpu_memory_utilization": 0.5}
    assert list(refused(given)) == []
    assert options(given) == [
        "--max-model-len=2048",
        "--enforce-eager",
        "--no-enable-prefix-caching",
        "--quantization=fp8",
        "--gpu-memory-utilization=0.5",
    ]


@pytest.mark.parametrize(
    "value", ["x --host 0.0.0.0", "--host=0.0.0.0", "$(touch here)", "; rm -rf /", "`id`"]
)
def test_a_value_stays_one_word(value: str) -> None:
    assert options({"quantization": value}) == [f"--quantization={value}"]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("host", "says where the server listens"),
        ("port", "says where the server listens"),
        ("api_key", "who may use it"),
        ("api-key", "who may use it"),
        ("api-ke", "short for api-key"),
        ("hos", "short for host"),
        ("po", "short for port"),
        ("uds", "says where the server listens"),
        ("ssl_keyf", "short for ssl-keyfile"),
        ("config", "says where the server listens"),
        ("model", "is set by the study's base"),
        ("served_model_name", "is set by the study's base"),
        ("no-enable-lora", "enable-lora, which is set by"),
        ("logprobs_mode", "is set by the study's base"),
        ("middleware", "names code to run"),
        ("trust_remote_code", "names code to run"),
        ("--host", "no name of an option"),
        ("max_model_len --host", "no name of an option"),
        ("max_model_len=1 --host", "no name of an option"),
        ("Host", "no name of an option"),
        ("", "no name of an option"),
        ("host\n", "no name of an option"),
    ],
)
def test_names_that_are_not_the_studys_to_give_are_refused(name: str, said: str, tmp_path: Path) -> None:
    (found,) = refused({name: "x"})
    assert found.startswith(f"sampling.server_args.{name}: ") and said in found
    settings = Sampling(engine="vllm", server_python="here/python", server_args={name: "x"})
    with pytest.raises(ServerError, match=r"sampling\.server_args"):
        command(settings, tmp_path, None, 1)


@pytest.mark.parametrize("value", ["", "two\nlines", "a\0b"])
def test_values_that_no_command_line_should_have_are_refused(value: str) -> None:
    (found,) = refused({"quantization": value})
    assert "control character" in found
