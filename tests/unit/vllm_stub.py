"""A stand-in for `vllm serve`: the part of its HTTP protocol that the pipeline uses, refusing all else.

Fields and answers as in vLLM's `entrypoints/openai/completion/protocol.py` and `entrypoints/serve/lora`.
Run as a script it takes the command line of `vllm serve` and writes it to $VLLM_STUB_LOG.
"""

import json
import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

OPENAI = {"model", "prompt", "seed", "temperature", "top_p", "max_tokens", "stop", "logprobs", "n"}
OWN = {"return_token_ids", "skip_special_tokens", "top_k", "min_p", "repetition_penalty", "stop_token_ids"}
NEW_LORA = {"lora_name", "lora_path", "load_inplace"}


class Server(ThreadingHTTPServer):
    """What the stub was asked, and how it shall misbehave."""

    daemon_threads = True
    request_queue_size = 256

    def __init__(self, port: int = 0, model: str = "base") -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.models = {model}
        self.asked: list[dict[str, Any]] = []
        self.lora: list[dict[str, Any]] = []
        self.unavailable = 0
        # A seed to refuse, once so many others were answered.
        self.refused: int | None = None
        self.refused_after = self.answered = 0
        self.runtime_lora = True


class Handler(BaseHTTPRequestHandler):
    """Routes of the server."""

    protocol_version = "HTTP/1.1"
    server: Server

    def do_GET(self) -> None:
        """Health: an empty 200."""
        self._send(200 if self.path == "/health" else 404, b"", "text/plain")

    def do_POST(self) -> None:
        """Completions and adapters."""
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path == "/v1/completions":
            self._completion(body)
        elif self.path == "/v1/load_lora_adapter" and self.server.runtime_lora:
            self._lora(body)
        else:
            self._send(404, b'{"detail":"Not Found"}')

    def _completion(self, body: dict[str, Any]) -> None:
        self.server.asked.append(body)
        foreign = body.keys() - OPENAI - OWN
        if self.server.unavailable:
            self.server.unavailable -= 1
            self._error(503, "The server is overloaded", "ServiceUnavailableError")
        elif foreign:
            self._error(400, f"unknown fields {sorted(foreign)}", "BadRequestError")
        elif body["model"] not in self.server.models:
            self._error(404, f"The model `{body['model']}` does not exist.", "NotFoundError")
        elif body["seed"] == self.server.refused:
            while self.server.answered < self.server.refused_after:
                time.sleep(0.05)
            time.sleep(0.5)
            self._error(400, f"seed {body['seed']} is refused", "BadRequestError")
        elif body["max_tokens"] > 100:
            self._error(400, "This model's maximum context length is 100 tokens.", "BadRequestError")
        else:
            # Late answers to early requests: the order of answers must not matter.
            time.sleep(body["seed"] % 7 / 100)
            self._send(200, json.dumps(answer(body)).encode())
            self.server.answered += 1

    def _lora(self, body: dict[str, Any]) -> None:
        name, path = body["lora_name"], body["lora_path"]
        if body.keys() - NEW_LORA or not os.path.isfile(os.path.join(path, "adapter_config.json")):
            self._error(404, f"No adapter found for '{path}'", "NotFoundError")
        elif name in self.server.models and not body.get("load_inplace"):
            self._error(400, f"The lora adapter '{name}' has already been loaded.", "BadRequestError")
        else:
            self.server.lora.append(body)
            self.server.models.add(name)
            self._send(200, f"Success: LoRA adapter '{name}' added successfully.".encode())

    def _error(self, code: int, message: str, kind: str) -> None:
        error = {"message": message, "type": kind, "param": None, "code": code}
        self._send(code, json.dumps({"error": error}).encode())

    def _send(self, code: int, content: bytes, kind: str = "application/json") -> None:
        self.send_response(code)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def answer(body: dict[str, Any]) -> dict[str, Any]:
    """A completion of three tokens that tells what it answers to; odd seeds stop, even ones run out."""
    stopped = body["seed"] % 2 == 1
    choice: dict[str, Any] = {
        "index": 0,
        "text": f"{body['prompt']}|{body['seed']}",
        "logprobs": None,
        "finish_reason": "stop" if stopped else "length",
        "stop_reason": body["stop"][0] if stopped and body.get("stop") else None,
        "prompt_logprobs": None,
    }
    if body.get("logprobs") is not None:
        choice["logprobs"] = {
            "text_offset": [0, 1, 2],
            "token_logprobs": [-0.5, -0.25, -1.0],
            "tokens": ["a", "b", "c"],
            "top_logprobs": [{"a": -0.5}, {"b": -0.25}, {"c": -1.0}],
        }
    if body.get("return_token_ids"):
        choice |= {"token_ids": [body["seed"] % 97, 7, 8], "prompt_token_ids": [1, 2]}
    return {
        "id": f"cmpl-{body['seed']}",
        "object": "text_completion",
        "created": 1,
        "model": body["model"],
        "choices": [choice],
        "usage": {"prompt_tokens": 2, "total_tokens": 5, "completion_tokens": 3},
        "kv_transfer_params": None,
    }


@contextmanager
def running(**options: Any) -> Iterator[Server]:
    """A stub on a free port, ended with the block."""
    with Server(**options) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


def main(arguments: list[str]) -> None:
    """`vllm serve <model> --port N [--lora-modules name=path] …`."""
    with open(os.environ["VLLM_STUB_LOG"], "w", encoding="utf-8") as log:
        json.dump(arguments, log)
    if os.environ.get("VLLM_STUB_EXIT"):
        sys.exit(int(os.environ["VLLM_STUB_EXIT"]))
    server = Server(int(arguments[arguments.index("--port") + 1]), arguments[1])
    if "--lora-modules" in arguments:
        server.models.add(arguments[arguments.index("--lora-modules") + 1].split("=")[0])
    server.serve_forever()


if __name__ == "__main__":
    main(sys.argv[1:])
