"""A stand-in for `vllm serve`: the part of its HTTP protocol that the pipeline uses.

It is there for what a real server cannot be made to do (be busy, die at a given time, answer late), and for
speed; tests/vllm_server asks the same of the real one. Fields, answers and refusals are those of vLLM 0.32,
except that vLLM passes over unknown fields of a request in silence.
Run as a script it takes the command line of `vllm serve` and writes it, with its key, to $VLLM_STUB_LOG.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer

OPENAI = {"model", "prompt", "seed", "temperature", "top_p", "max_tokens", "stop", "logprobs", "n"}
OWN = {"return_token_ids", "skip_special_tokens", "top_k", "min_p", "repetition_penalty", "stop_token_ids"}
NEW_LORA = {"lora_name", "lora_path", "load_inplace", "is_3d_lora_weight"}
RANKS = (1, 8, 16, 32, 64, 128, 256, 320, 512)
LOGPROB = -0.5
EXPERTS = (
    "Call to add_lora method failed: Worker failed with error 'LoRA adapter 1 contains fused 3D MoE weights "
    "for 'model.layers.0.mlp.experts', but the model uses a 2D MoE LoRA wrapper. Start the engine with "
    "enable_mixed_moe_lora_format=True (--enable-mixed-moe-lora-format) and set is_3d_lora_weight=True on "
    "the LoRA request.'"
)
# Several requests may find that it is time.
DYING = threading.Lock()


class Server(ThreadingHTTPServer):
    """What the stub was asked, and how it shall misbehave."""

    daemon_threads = True
    request_queue_size = 256

    def __init__(self, folder: Path, port: int = 0, model: str | None = None, key: str = "") -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.folder, self.key, self.context = folder, key, 256
        self.base = model or str(folder)
        self.loras: dict[str, str] = {}
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.asked: list[dict[str, Any]] = []
        self.lora: list[dict[str, Any]] = []
        self.unavailable = 0
        # A seed to refuse, once so many others were answered; what to leave out of or change in an answer.
        self.refused: int | None = None
        self.refused_after = self.answered = 0
        self.changed: dict[str, Any] = {}
        # Ends the process of a server that was started by its command line.
        self.dies_at: int | None = None
        self.runtime_lora = self.mixed_experts = True

    def cards(self) -> list[dict[str, Any]]:
        """What is served, as `/v1/models` lists it."""
        base = {"id": self.base, "root": str(self.folder), "parent": None, "max_model_len": self.context}
        adapters = (
            {"id": name, "root": path, "parent": self.base, "max_model_len": None}
            for name, path in self.loras.items()
        )
        same = {"object": "model", "created": 1, "owned_by": "vllm"}
        return [same | card for card in (base, *adapters)]

    def answer(self, body: dict[str, Any]) -> dict[str, Any]:
        """A completion that tells what it answers to; odd seeds stop, even ones run out of tokens."""
        prompt = self.tokenizer.encode(body["prompt"]).ids
        most = min(body["max_tokens"], self.context - len(prompt))
        ids = self.tokenizer.encode(f"{body['prompt']}|{body['seed']}|").ids
        stops = body.get("stop")
        stopped = body["seed"] % 2 == 1
        if stopped:
            ids += (
                self.tokenizer.encode(stops[0]).ids
                if stops
                else [self.tokenizer.token_to_id("<|endoftext|>")]
            )
        else:
            ids = (ids + most * self.tokenizer.encode(".").ids)[:most]
        choice: dict[str, Any] = {
            "index": 0,
            "text": self.tokenizer.decode(ids),
            "logprobs": None,
            "finish_reason": "stop" if stopped else "length",
            "stop_reason": stops[0] if stopped and stops else None,
            "prompt_logprobs": None,
        }
        if body.get("logprobs") is not None:
            words = [self.tokenizer.id_to_token(token) for token in ids]
            choice["logprobs"] = {
                "text_offset": list(range(len(ids))),
                "token_logprobs": [LOGPROB] * len(ids),
                "tokens": words,
                "top_logprobs": [{word: LOGPROB} for word in words],
            }
        if body.get("return_token_ids"):
            choice |= {"token_ids": ids, "prompt_token_ids": prompt}
        return {
            "id": f"cmpl-{body['seed']}",
            "object": "text_completion",
            "created": 1,
            "model": body["model"],
            "choices": [choice | self.changed],
            "usage": {
                "prompt_tokens": len(prompt),
                "total_tokens": len(prompt) + len(ids),
                "completion_tokens": len(ids),
            },
            "kv_transfer_params": None,
        }


class Handler(BaseHTTPRequestHandler):
    """Routes of the server."""

    protocol_version = "HTTP/1.1"
    server: Server

    def do_GET(self) -> None:
        """Health, an empty 200, and what is served."""
        if self.path == "/health":
            self._send(200, b"", "text/plain")
        elif self._known() and self.path == "/v1/models":
            self._send(200, json.dumps({"object": "list", "data": self.server.cards()}).encode())
        elif self._known():
            self._send(404, b'{"detail":"Not Found"}')

    def do_POST(self) -> None:
        """Completions and adapters."""
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if not self._known():
            return
        if self.path == "/v1/completions":
            self._completion(body)
        elif self.path == "/v1/load_lora_adapter" and self.server.runtime_lora:
            self._lora(body)
        else:
            self._send(404, b'{"detail":"Not Found"}')

    def _known(self) -> bool:
        """Whether whoever asks has the key; who has not is told so."""
        given = self.headers["Authorization"]
        if not self.server.key or given == f"Bearer {self.server.key}":
            return True
        self._send(401, b'{"error":"Unauthorized"}')
        return False

    def _completion(self, body: dict[str, Any]) -> None:
        server = self.server
        server.asked.append(body)
        foreign = body.keys() - OPENAI - OWN
        prompt = len(server.tokenizer.encode(body["prompt"]).ids)
        if server.unavailable:
            server.unavailable -= 1
            self._error(503, "The server is overloaded", "ServiceUnavailableError")
        elif foreign:
            self._error(400, f"unknown fields {sorted(foreign)}", "BadRequestError")
        elif body["model"] not in (server.base, *server.loras):
            said = f"The model `{body['model']}` does not exist. Valid aliases: {server.base}."
            self._error(404, said, "NotFoundError")
        elif body["seed"] == server.refused:
            while server.answered < server.refused_after:
                time.sleep(0.05)
            time.sleep(0.5)
            self._error(400, f"seed {body['seed']} is refused", "BadRequestError")
        elif body["max_tokens"] > server.context:
            most = f"max_tokens={body['max_tokens']} cannot be greater than max_model_len={server.context}."
            self._error(400, f"{most} Please request fewer output tokens.", "BadRequestError")
        elif prompt > server.context:
            self._error(
                400,
                f"This model's maximum context length is {server.context} tokens. However, your prompt "
                f"contains {prompt} input tokens, which exceeds this limit even without any output tokens.",
                "BadRequestError",
            )
        else:
            if server.dies_at is not None and server.answered >= server.dies_at:
                with DYING:
                    print("(EngineCore pid=9) ERROR 11-28 19:59:01 [core.py:7] RuntimeError: no more memory")
                    print(
                        "(APIServer pid=8) RuntimeError: EngineDeadError. See root cause above.", flush=True
                    )
                    os.kill(os.getpid(), signal.SIGKILL)
            # Late answers to early requests: the order of answers must not matter.
            time.sleep(body["seed"] % 7 / 100)
            self._send(200, json.dumps(server.answer(body)).encode())
            server.answered += 1

    def _lora(self, body: dict[str, Any]) -> None:
        name, path = body["lora_name"], body["lora_path"]
        if body.keys() - NEW_LORA or not os.path.isfile(os.path.join(path, "adapter_config.json")):
            self._error(404, f"Loading lora {name} failed: No adapter found for {path}", "NotFoundError")
        elif name in self.server.loras and not body.get("load_inplace"):
            self._error(400, f"The lora adapter '{name}' has already been loaded.", "InvalidUserInput")
        elif refused := experts_refused(Path(path), body, self.server.mixed_experts):
            self._error(500, refused, "InternalServerError")
        else:
            self.server.lora.append(body)
            self.server.loras[name] = path
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


def experts_refused(adapter: Path, module: dict[str, Any], mixed: bool) -> str | None:
    """What vLLM says of an adapter of fused experts that it was not told of."""
    fused = b".experts.lora_A" in (adapter / "adapter_model.safetensors").read_bytes()
    return EXPERTS if fused and not (mixed and module.get("is_3d_lora_weight")) else None


@contextmanager
def running(folder: Path, **options: Any) -> Iterator[Server]:
    """A stub on a free port, ended with the block; it serves the model in `folder`."""
    with Server(folder, **options) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


def parser() -> argparse.ArgumentParser:
    """The options of `vllm serve` that are used here."""
    options = argparse.ArgumentParser("vllm")
    options.add_argument("serve")
    options.add_argument("model")
    for name in (
        "--host",
        "--dtype",
        "--revision",
        "--logprobs-mode",
        "--generation-config",
        "--lora-modules",
    ):
        options.add_argument(name)
    for name in ("--port", "--tensor-parallel-size", "--max-model-len", "--max-logprobs"):
        options.add_argument(name, type=int)
    options.add_argument("--max-lora-rank", type=int, choices=RANKS, default=16)
    for name in ("--enable-lora", "--enable-mixed-moe-lora-format", "--disable-uvicorn-access-log"):
        options.add_argument(name, action="store_true")
    options.add_argument("--enforce-eager", action=argparse.BooleanOptionalAction)
    return options


def main(arguments: list[str]) -> None:
    """`vllm serve <model> --port N [--lora-modules JSON] …`."""
    given = parser().parse_args(arguments)
    helper = subprocess.Popen(["sleep", "600"], start_new_session=False)
    told = {"line": arguments, "key": os.environ.get("VLLM_API_KEY"), "pids": [os.getpid(), helper.pid]}
    told["environment"] = dict(os.environ)
    with open(os.environ["VLLM_STUB_LOG"], "w", encoding="utf-8") as log:
        json.dump(told, log)
    if os.environ.get("VLLM_STUB_EXIT"):
        print("(APIServer pid=8) ValueError: no room for the weights", flush=True)
        sys.exit(int(os.environ["VLLM_STUB_EXIT"]))
    server = Server(Path(given.model), given.port, key=os.environ.get("VLLM_API_KEY", ""))
    server.dies_at = int(os.environ["VLLM_STUB_DIES"]) if "VLLM_STUB_DIES" in os.environ else None
    server.mixed_experts = given.enable_mixed_moe_lora_format
    if given.lora_modules:
        module = json.loads(given.lora_modules)
        config = json.loads((Path(module["path"]) / "adapter_config.json").read_text())
        if config["r"] > given.max_lora_rank:
            sys.exit(
                f"ValueError: LoRA rank {config['r']} is greater than max_lora_rank {given.max_lora_rank}."
            )
        if refused := experts_refused(Path(module["path"]), module, server.mixed_experts):
            sys.exit(f"ValueError: {refused}")
        server.loras[module["name"]] = module["path"]
    server.serve_forever()


if __name__ == "__main__":
    main(sys.argv[1:])
