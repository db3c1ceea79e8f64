"""A stand-in for the Hugging Face hub: the part of its HTTP protocol that its clients here use.

Serves <root>/models/<owner>/<name>/<revision>/… and <root>/datasets/…, as huggingface_hub asks for them, and
takes commits to models that are made there, from whoever has a token.
"""

import base64
import hashlib
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

API = re.compile(r"/api/(models|datasets)/([^/]+/[^/]+)/(revision|tree|paths-info)/([^/]+)/?(.*)")
UPLOAD = re.compile(r"/api/models/([^/]+/[^/]+)/(preupload|commit)/main")
FILE = re.compile(r"(?:/(datasets))?/([^/]+/[^/]+)/resolve/([^/]+)/(.+)")


class Hub(ThreadingHTTPServer):
    """What lies under a folder, and every path that was asked for."""

    daemon_threads = True

    def __init__(self, root: Path) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.root, self.url = root, f"http://127.0.0.1:{self.server_port}"
        self.asked: list[str] = []
        self.sent: list[str] = []
        # Whether a repository that was made here is private.
        self.private: dict[str, bool] = {}


class Handler(BaseHTTPRequestHandler):
    """Routes of the hub."""

    protocol_version = "HTTP/1.1"
    server: Hub

    def do_GET(self) -> None:
        """A description of a repository, or a file."""
        path = unquote(urlsplit(self.path).path)
        self.server.asked.append(f"{self.command} {path}")
        if match := API.fullmatch(path):
            self._api(*match.groups())
        elif match := FILE.fullmatch(path):
            self._file(*match.groups())
        else:
            self._error("EntryNotFound")

    do_HEAD = do_GET

    def do_POST(self) -> None:
        """A question about a repository, or a part of an upload."""
        path = unquote(urlsplit(self.path).path)
        upload = UPLOAD.fullmatch(path)
        if not upload and path not in ("/api/repos/create", "/api/validate-yaml"):
            self.do_GET()
            return
        self.server.asked.append(f"{self.command} {path}")
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        if path == "/api/validate-yaml":
            self._json({"errors": [], "warnings": []})
        elif self.headers["Authorization"] is None:
            self._send(401, b'{"error": "no token"}', {"Content-Type": "application/json"})
        elif upload:
            self._upload(*upload.groups(), body)
        else:
            self._make(json.loads(body))

    def _make(self, asked: dict[str, Any]) -> None:
        repo = f"{asked['organization']}/{asked['name']}"
        there = repo in self.server.private
        self.server.private.setdefault(repo, asked.get("visibility") == "private")
        content = json.dumps({"url": f"{self.server.url}/{repo}"}).encode()
        self._send(409 if there else 200, content, {"Content-Type": "application/json"})

    def _upload(self, repo: str, what: str, body: str) -> None:
        if what == "preupload":
            files = [each["path"] for each in json.loads(body)["files"]]
            modes = [{"path": path, "uploadMode": "regular", "shouldIgnore": False} for path in files]
            self._json({"files": modes})
            return
        for line in map(json.loads, body.splitlines()):
            if line["key"] == "file":
                place = self.server.root / "models" / repo / "main" / line["value"]["path"]
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(base64.b64decode(line["value"]["content"]))
        address = f"{self.server.url}/{repo}/commit/{'0' * 40}"
        self._json({"success": True, "commitUrl": address, "commitOid": "0" * 40})

    def _api(self, kind: str, repo: str, what: str, revision: str, below: str) -> None:
        folder = self._repository(kind, repo, revision)
        if folder is None:
            return
        if what == "revision":
            names = [{"rfilename": entry["path"]} for entry in entries(folder, folder) if "size" in entry]
            self._json({"id": repo, "sha": revision, "siblings": names, "tags": [], "private": False})
        elif what == "tree":
            self._json(list(entries(folder, folder / below)))
        else:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            wanted = parse_qs(body)["paths"]
            self._json([entry for entry in entries(folder, folder) if entry["path"] in wanted])

    def _file(self, kind: str | None, repo: str, revision: str, name: str) -> None:
        folder = self._repository(kind or "models", repo, revision)
        if folder is None:
            return
        if not (folder / name).is_file():
            self._error("EntryNotFound")
            return
        if self.command == "GET":
            self.server.sent.append(f"{repo}/{name}")
        content = (folder / name).read_bytes()
        self._send(200, content, {"ETag": f'"{oid(content)}"', "X-Repo-Commit": revision})

    def _repository(self, kind: str, repo: str, revision: str) -> Path | None:
        folder = self.server.root / kind / repo
        if (folder / revision).is_dir():
            return folder / revision
        self._error("RevisionNotFound" if folder.is_dir() else "RepoNotFound")
        return None

    def _error(self, code: str) -> None:
        self._send(404, b'{"error": "not here"}', {"X-Error-Code": code, "X-Error-Message": code})

    def _json(self, content: Any) -> None:
        self._send(200, json.dumps(content).encode(), {"Content-Type": "application/json"})

    def _send(self, status: int, content: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def entries(folder: Path, below: Path) -> Iterator[dict[str, Any]]:
    """The files and folders of a repository, as the hub lists them."""
    for path in sorted(below.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_dir():
            yield {"type": "directory", "path": name, "oid": oid(name.encode())}
        else:
            content = path.read_bytes()
            yield {"type": "file", "path": name, "size": len(content), "oid": oid(content)}


def oid(content: bytes) -> str:
    """What names a content."""
    return hashlib.sha1(content).hexdigest()


@contextmanager
def running(root: Path) -> Iterator[Hub]:
    """A hub on a free port, ended with the block."""
    with Hub(root) as hub:
        thread = threading.Thread(target=hub.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield hub
        finally:
            hub.shutdown()
            thread.join()
