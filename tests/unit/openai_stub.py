"""A stand-in for an OpenAI-compatible API, for faults that a real server cannot be made to have."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Server(ThreadingHTTPServer):
    """What the stand-in was asked, and how it shall misbehave.

    Attributes:
        asked: path and body of every request that was answered.
        keys: the keys that came with requests.
        faults: statuses that the next requests get instead of an answer; 0 cuts the connection.
        retry_after: seconds in that header of every fault.
        headers: the names of headers that came, in small letters.
        changed: what to change in an answer; a text: what to say in its place.
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server_port}/v1"
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.keys: set[str] = set()
        self.faults: list[int] = []
        self.retry_after: str | None = None
        self.headers: set[str] = set()
        self.changed: dict[str, Any] | str = {}
        self.lock = threading.Lock()


class Handler(BaseHTTPRequestHandler):
    """Answers with the last word of what it is asked; every prompt is 10 tokens, every answer 5."""

    server: Server

    def do_POST(self) -> None:
        """One request."""
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        key = self.headers.get("Authorization", "").removeprefix("Bearer ")
        with self.server.lock:
            self.server.keys.add(key)
            self.server.headers |= set(map(str.lower, self.headers))
            fault = self.server.faults.pop(0) if self.server.faults else None
        if fault == 0:
            self.connection.close()
        elif fault:
            self._say(fault, {"error": {"message": f"no: your key is {key}"}})
        else:
            with self.server.lock:
                self.server.asked.append((self.path, body))
            self._say(200, self._answer(body))

    def _answer(self, body: dict[str, Any]) -> dict[str, Any] | str:
        if isinstance(self.server.changed, str):
            return self.server.changed
        chat = "messages" in body
        word = (body["messages"][-1]["content"] if chat else body["prompt"]).split()[-1]
        text = {"message": {"role": "assistant", "content": word}} if chat else {"text": word}
        choice = {"index": 0, "finish_reason": "stop", **text}
        usage = {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15}
        return {"id": "1", "object": "x", "created": 1, "model": "m", "choices": [choice], "usage": usage} | (
            self.server.changed
        )

    def _say(self, status: int, content: dict[str, Any] | str) -> None:
        html = isinstance(content, str)
        text = (content if html else json.dumps(content)).encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/html" if html else "application/json")
        self.send_header("Content-Length", str(len(text)))
        if status != 200 and self.server.retry_after:
            self.send_header("Retry-After", self.server.retry_after)
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def serving() -> Iterator[Server]:
    """A stand-in that runs."""
    with Server() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield server
        finally:
            server.shutdown()
