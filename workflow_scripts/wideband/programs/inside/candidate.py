"""The process of a program: runs it, then calls what it defines and sends back what comes out.

    python -m wideband.programs.inside.candidate CPU_SECONDS TICKS MEMORY CODE_FD

Nothing here is trusted, for the program can change it: all that it can do is to answer otherwise.
"""

import os
import random
import sys
from types import ModuleType
from typing import Any

from wideband.programs.inside import limits, ticks, wire


def main() -> None:
    """Read the program, say `ready`, and answer requests until there are no more."""
    seconds, most, memory, code = float(sys.argv[1]), *map(int, sys.argv[2:5])
    with os.fdopen(code, encoding="utf-8") as file:
        text = file.read()
    requests, replies = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    # What a program prints goes nowhere, and there is nothing to read.
    nowhere = os.open("/dev/null", os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nowhere, standard)
    limits.limit(seconds, memory)
    wire.send(replies, "ready")
    limits.stop_after(seconds)
    program = Program(text, most)
    try:
        while True:
            wire.send(replies, program.answer(wire.receive(requests)))
    except EOFError:
        return


class Program:
    """A program that has run, and what it made that is no data."""

    def __init__(self, text: str, most: int) -> None:
        random.seed(0)
        self.module, self.kept, self.budget = ModuleType("program"), [], ticks.Budget(most)
        # A program may look its own module up, as dataclasses do.
        sys.modules["program"] = self.module
        self.fault: str | None = None
        try:
            exec(compile(ticks.counted(text), "program.py", "exec"), vars(self.module))
        except BaseException as error:
            self.fault = type(error).__name__
        self._check()

    def answer(self, request: Any) -> dict[str, Any]:
        """What a request gives: a value, or the name of what was raised."""
        if self.fault:
            return {"raised": self.fault}
        try:
            return {"value": wire.encoded(self._done(*request), self._keep)}
        except BaseException as error:
            return {"raised": type(error).__name__}
        finally:
            self._check()

    def _done(self, what: str, whom: Any, *rest: Any) -> Any:
        found = vars(self.module)[whom] if isinstance(whom, str) else self.kept[whom]
        values = [wire.decoded(argument, self.kept.__getitem__) for argument in rest]
        if what == "call":
            positional, named = values
            return found(*positional, **named)
        return getattr(found, values[0]) if what == "get" else setattr(found, *values)

    def _check(self) -> None:
        if self.budget.spent():
            os._exit(limits.SPENT)

    def _keep(self, value: Any) -> int:
        self.kept.append(value)
        return len(self.kept) - 1


if __name__ == "__main__":
    main()
