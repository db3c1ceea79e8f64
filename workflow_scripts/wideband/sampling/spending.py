"""What a study's endpoints have cost so far, and the budget that no request may go beyond."""

import fcntl
import json
import os
import platform
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from secrets import token_hex
from threading import Lock
from typing import Any

from ..errors import WidebandError

# Longer than a request may take. What a process on another machine reserved does not count after that.
LONGEST_S = 3600


class BudgetSpent(WidebandError):
    """The next request could cost more than is left of the budget."""


class Spending:
    """All jobs of a study share one file. Under its lock each reads what the others wrote and adds lines.

    A line reserves what a request may cost at most (`most`, with `node` and `pid`), or settles that of the
    same `request` at its `cost`. What a process that has died did not settle no longer counts; on another
    machine, where nobody can see that, after an hour.

    Args:
        file: the file; it stays when results are made again, since the money is gone.
        budget: at most so much, in the currency of the prices; None: no bound.
        input_price, output_price: of a million tokens.
    """

    def __init__(self, file: Path, budget: float | None, input_price: float, output_price: float) -> None:
        self.file, self.budget, self.prices = file, budget, (input_price, output_price)
        self.read, self.spent, self.lock = 0, 0.0, Lock()
        self.open: dict[str, dict[str, Any]] = {}
        self.name, self.numbers = token_hex(8), count()
        file.parent.mkdir(parents=True, exist_ok=True)

    def reserve(self, prompt_tokens: int, completion_tokens: int) -> str:
        """Set aside what a request of at most so many tokens may cost; its name. Raises BudgetSpent."""
        most, request = self._cost(prompt_tokens, completion_tokens), f"{self.name}.{next(self.numbers)}"
        with self._shared() as number:
            reserved = sum(reservation["most"] for reservation in self.open.values() if _counts(reservation))
            if self.budget is not None and self.spent + reserved + most > self.budget:
                raise BudgetSpent(
                    f"resources.endpoints.budget: {self.spent:.4f} of {self.budget:g} is spent, requests "
                    f"under way may cost {reserved:.4f}, and the next one {most:.4f}; what was sampled is "
                    "kept: raise the budget and run again"
                )
            mine = {"node": platform.node(), "pid": os.getpid(), "at": time.time()}
            _write(number, {"request": request, "most": most, **mine})
        return request

    def paid(self, request: str, prompt_tokens: int, completion_tokens: int) -> None:
        """Write down what an answer cost, in place of what was reserved for it."""
        cost = self._cost(prompt_tokens, completion_tokens)
        with self._shared() as number:
            _write(number, {"request": request, "tokens": [prompt_tokens, completion_tokens], "cost": cost})

    def release(self, request: str) -> None:
        """Give back what a request had reserved: it cost nothing."""
        with self._shared() as number:
            _write(number, {"request": request, "cost": 0.0})

    def _cost(self, prompt_tokens: int, completion_tokens: int) -> float:
        return (prompt_tokens * self.prices[0] + completion_tokens * self.prices[1]) / 1e6

    @contextmanager
    def _shared(self) -> Iterator[int]:
        """The file, locked, after all that others wrote has been read."""
        with self.lock:
            number = os.open(self.file, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)
            try:
                fcntl.flock(number, fcntl.LOCK_EX)
                self._catch_up(number)
                yield number
            finally:
                os.close(number)

    def _catch_up(self, number: int) -> None:
        with open(os.dup(number), "rb") as file:
            file.seek(self.read)
            new = file.read()
        whole = new[: new.rfind(b"\n") + 1]
        if len(whole) < len(new):
            # Nobody else is writing: whoever began this line died in it.
            os.ftruncate(number, self.read + len(whole))
        for text in whole.splitlines():
            self._note(text)
        self.read += len(whole)

    def _note(self, text: bytes) -> None:
        try:
            line = json.loads(text)
            if "cost" in line:
                self.spent += float(line["cost"])
                self.open.pop(line.get("request"), None)
            else:
                self.open[line["request"]] = {key: line[key] for key in ("most", "node", "pid", "at")}
        except (ValueError, TypeError, KeyError, AttributeError):
            raise WidebandError(
                f"{self.file}: a line was not written by Wideband ({text[:60]!r}); remove or correct it"
            ) from None


def _write(number: int, line: dict[str, Any]) -> None:
    os.write(number, f"{json.dumps(line)}\n".encode())


def _counts(reserved: dict[str, Any]) -> bool:
    """Whether a reservation still holds: its process lives, or may live on another machine."""
    if reserved["node"] != platform.node():
        return time.time() - reserved["at"] < LONGEST_S
    try:
        os.kill(reserved["pid"], 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
