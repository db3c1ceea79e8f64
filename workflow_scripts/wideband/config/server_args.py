"""Further arguments of a vLLM server: which a study may give, and how they are written."""

import re
from collections.abc import Iterator, Mapping

Value = bool | int | float | str

NAME = re.compile(r"[a-z][a-z0-9]*([-_][a-z0-9]+)*")
# Where the server listens and who may use it; which model it is and how it samples; what it runs or writes.
# The first two are the pipeline's own, the third would make data into code.
ADDRESS = """
host port uds api-key root-path grpc grpc-port headless ssl-ca-certs ssl-cert-reqs ssl-certfile
ssl-ciphers ssl-keyfile ssl-keyfile-password enable-ssl-refresh allowed-origins api-server-count config
data-parallel-address data-parallel-rpc-port data-parallel-external-lb data-parallel-hybrid-lb
data-parallel-rank master-addr master-port nnodes node-rank hf-token
"""
POLICY = """
model model-tag served-model-name revision code-revision tokenizer tokenizer-revision tokenizer-mode
skip-tokenizer-init dtype tensor-parallel-size enable-lora lora-modules max-lora-rank
enable-mixed-moe-lora-format enable-moe-shared-loras lora-target-modules logprobs-mode generation-config
override-generation-config hf-overrides hf-config-path runner convert tokens-only
"""
CODE = """
middleware trust-remote-code tool-parser-plugin reasoning-parser-plugin tool-server logits-processors
io-processor-plugin worker-cls worker-extension-cls scheduler-cls distributed-executor-backend
logging-config log-config-file compilation-config kv-transfer-config ec-transfer-config additional-config
profiler-config model-loader-extra-config download-dir allowed-local-media-path chat-template
"""
KEPT = {
    **dict.fromkeys(ADDRESS.split(), "says where the server listens or who may use it"),
    **dict.fromkeys(POLICY.split(), "is set by the study's base, adapters and sampling"),
    **dict.fromkeys(CODE.split(), "names code to run or files to write"),
}


def refused(arguments: Mapping[str, Value]) -> Iterator[str]:
    """What a study may not ask of its server: `key: why, and the remedy`."""
    for name, value in arguments.items():
        key = f"sampling.server_args.{name}"
        if not NAME.fullmatch(name):
            yield f"{key}: no name of an option; write it as `max_model_len`"
        elif why := _kept(name):
            yield f"{key}: {why}; leave it out"
        elif isinstance(value, str) and not (value.isprintable() and value):
            yield f"{key}: an empty value or a control character; write printable text"


def options(arguments: Mapping[str, Value]) -> list[str]:
    """The arguments as options of a command line, each one word, so that no value is read as an option."""
    return [_option(name.replace("_", "-"), value) for name, value in arguments.items()]


def _kept(name: str) -> str | None:
    # vLLM takes the beginning of a name for the whole.
    asked = name.replace("_", "-")
    for kept, why in KEPT.items():
        if kept.startswith((asked, asked.removeprefix("no-"))):
            return why if kept == asked else f"short for {kept}, which {why}"
    return None


def _option(name: str, value: Value) -> str:
    if isinstance(value, bool):
        return f"--{name}" if value else f"--no-{name}"
    return f"--{name}={value}"
