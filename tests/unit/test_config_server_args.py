"""Arguments that a study gives its vLLM server: plain values of few options, no address or code."""

from pathlib import Path

import pytest

from wideband.config.policy import Sampling
from wideband.config.server_args import NUMBERS, SWITCHES, WORDS, options, refused
from wideband.sampling.vllm_engine import ServerError
from wideband.sampling.vllm_server import command

OTHERS = """
host port api_key api-key hos ssl_keyf uds config model served_model_name no-enable-lora logprobs_mode
middleware trust_remote_code model_class_overrides kv_events_config otlp_traces_endpoint
speculative_config spec_model load_format weight_transfer_config mm_encoder_fp8_scale_save_path
enable_log_requests data_parallel_backend hf_overrides max_model_le no_enable_chunked_prefill seed dtype
"""
NO_NAMES = ["--host", "max_model_len --host", "max_model_len=1 --host", "Host", "", "block_size\n"]
NO_WORDS = [
    "",
    "two\nlines",
    "a\0b",
    "--host=0.0.0.0",
    "x --host 0.0.0.0",
    "$(touch here)",
    "; rm -rf /",
    "`id`",
]
NO_WORDS += [
    '{"a": 1}',
    "[1]",
    "../x",
    "/tmp/x",
    "~/x",
    "http://x",
    "org/model",
    "a.b",
    "a:b",
    "x" * 65,
    "fp8\n",
    "é",
]


def test_arguments_become_options_of_one_word_each() -> None:
    given = {
        "max_model_len": 2048,
        "enforce-eager": True,
        "enable_chunked_prefill": False,
        "quantization": "fp8",
    }
    given |= {"gpu_memory_utilization": 0.5}
    assert list(refused(given)) == []
    assert options(given) == [
        "--max-model-len=2048",
        "--enforce-eager",
        "--no-enable-chunked-prefill",
        "--quantization=fp8",
        "--gpu-memory-utilization=0.5",
    ]


@pytest.mark.parametrize("name", [*OTHERS.split(), *NO_NAMES])
@pytest.mark.parametrize("value", ["x", 1, True])
def test_every_other_option_is_refused(name: str, value: str | int, tmp_path: Path) -> None:
    (found,) = refused({name: value})
    shown = repr(name) if name.endswith("\n") else name
    assert found.startswith(f"sampling.server_args.{shown}: ") and "\n" not in found
    assert "not an option that a study may give" in found
    assert "sampling.server_args in config/defaults.md" in found
    settings = Sampling(engine="vllm", server_python="here/python", server_args={name: value})
    with pytest.raises(ServerError, match=r"sampling\.server_args"):
        command(settings, tmp_path, None, 1)


def test_the_nearest_option_is_named() -> None:
    (found,) = refused({"max_modl_len": 9})
    assert "max_modl_len" in found and "did you mean max_model_len?" in found


@pytest.mark.parametrize("value", NO_WORDS)
@pytest.mark.parametrize("name", [*NUMBERS, *WORDS])
def test_a_value_is_a_number_or_one_plain_word(name: str, value: str) -> None:
    (found,) = refused({name: value})
    assert found.startswith(f"sampling.server_args.{name}: ") and "\n" not in found


def test_a_value_is_of_its_options_kind() -> None:
    assert list(refused(dict.fromkeys(SWITCHES, False))) == []
    assert list(refused(dict.fromkeys(NUMBERS, 2))) == list(refused({"max_model_len": "8k"})) == []
    assert list(refused(dict.fromkeys(WORDS, "auto"))) == []
    wrong = {
        "enforce_eager": 1,
        "max_num_seqs": True,
        "quantization": False,
        "gpu_memory_utilization": float("nan"),
    }
    assert len(list(refused(wrong))) == 4


def test_the_list_is_where_the_message_says() -> None:
    text = (Path(__file__).resolve().parents[2] / "config/defaults.md").read_text()
    assert all(f"`{name}`" in text for name in (*SWITCHES, *NUMBERS, *WORDS))
