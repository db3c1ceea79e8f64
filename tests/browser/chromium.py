"""A headless Chromium that tests talk to over its debugging pipe; no driver and no library in between."""

import json
import os
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--remote-debugging-pipe",
]
PATIENCE_S = 60.0
# The browser reads commands from descriptor 3 and answers on 4; the pipes are moved there, out of each
# other's way.
LAUNCH = """
import fcntl, os, sys
ends = [fcntl.fcntl(int(end), fcntl.F_DUPFD, 10) for end in sys.argv[1:3]]
for place, end in zip((3, 4), ends):
    os.dup2(end, place)
os.execv(sys.argv[3], sys.argv[3:])
"""
COMPLAINTS = {
    "Runtime.exceptionThrown",
    "Runtime.consoleAPICalled",
    "Log.entryAdded",
    "Network.requestWillBeSent",
}


class BrowserError(RuntimeError):
    """The browser is missing, gave up, or refused a command."""


class Navigated(BrowserError):
    """The page went elsewhere while it was asked something."""


def find() -> str:
    """The browser's command. Raises BrowserError that says how to install one."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        raise BrowserError("no Chromium on this machine: install one with `apt-get install chromium`")
    return found


class Browser:
    """One page of a running Chromium. `messages` holds what the console and the network reported, as text."""

    def __init__(self, commands: int, replies: int) -> None:
        self._commands, self._replies, self._buffer = commands, replies, b""
        self._count, self._session = 0, None
        self.messages: list[str] = []
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")

    def open(self, page: Path, width: int = 1280, height: int = 1600) -> None:
        """Load a page from disk at a window size in CSS pixels and forget earlier messages."""
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=False,
        )
        self.messages.clear()
        self.call("Page.navigate", url=page.resolve().as_uri())
        self.wait("document.readyState === 'complete'")

    def wait(self, condition: str) -> None:
        """Return as soon as a JavaScript condition holds. Raises BrowserError after a minute."""
        until = time.monotonic() + PATIENCE_S
        while not self._holds(condition):
            if time.monotonic() > until:
                raise BrowserError(f"the page never reached: {condition}; it said {self.messages}")
            time.sleep(0.05)

    def _holds(self, condition: str) -> bool:
        try:
            return bool(self.evaluate(condition))
        except Navigated:
            return False

    def evaluate(self, expression: str) -> Any:
        """The value of a JavaScript expression in the page."""
        reply = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in reply:
            raise BrowserError(f"{expression}: {reply['exceptionDetails']['text']}")
        return reply["result"].get("value")

    def call(self, method: str, **params: Any) -> dict[str, Any]:
        """Send a DevTools command and return its result; messages that arrive meanwhile are kept."""
        self._count += 1
        message: dict[str, Any] = {"id": self._count, "method": method, "params": params}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._commands, json.dumps(message).encode() + b"\0")
        while True:
            reply = self._next()
            if reply.get("id") == self._count:
                if "navigated" in reply.get("error", {}).get("message", ""):
                    raise Navigated(method)
                if "error" in reply:
                    raise BrowserError(f"{method}: {reply['error']['message']}")
                return reply["result"]
            self._keep(reply)

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self._buffer:
            if not select.select([self._replies], [], [], PATIENCE_S)[0]:
                raise BrowserError(f"the browser was silent for {PATIENCE_S:.0f} s")
            part = os.read(self._replies, 1 << 20)
            if not part:
                raise BrowserError("the browser ended")
            self._buffer += part
        line, _, self._buffer = self._buffer.partition(b"\0")
        return json.loads(line)

    def _keep(self, event: dict[str, Any]) -> None:
        if event.get("method") not in COMPLAINTS:
            return
        url = event["params"].get("request", {}).get("url", "")
        if not url.startswith(("file:", "data:", "blob:")):
            self.messages.append(f"{event['method']}: {json.dumps(event['params'])[:400]}")


@contextmanager
def browser() -> Iterator[Browser]:
    """A running headless browser, ended with the block."""
    command, (their_in, our_out), (our_in, their_out) = find(), os.pipe(), os.pipe()
    with TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        process = subprocess.Popen(
            [
                sys.executable,
                "-c",
                LAUNCH,
                str(their_in),
                str(their_out),
                command,
                *FLAGS,
                f"--user-data-dir={profile}",
            ],
            pass_fds=(their_in, their_out),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(their_in)
        os.close(their_out)
        try:
            yield Browser(our_out, our_in)
        finally:
            process.terminate()
            process.wait(timeout=20)
            os.close(our_out)
            os.close(our_in)
