"""The process of the tests: runs them on values that the program sends from its own sandbox.

    python -m wideband.programs.inside.examiner CPU_SECONDS MEMORY EXAM_FD VERDICT_FD

The exam is JSON: `names` that the program defines, `given` code that stands before the tests, `tests`. The
verdict is `ready` once the program's process is there, then one of `passed`, `failed` (a test says no),
`crashed` (the program raised something) and `ended` (its process did).
"""

import json
import os
import random
import sys
from typing import Any

from wideband.programs.inside import limits, wire


class Raised(Exception):
    """The program raised something."""


def main() -> None:
    """Run the tests and write the verdict."""
    seconds, memory, exam, verdict = float(sys.argv[1]), *map(int, sys.argv[2:5])
    with os.fdopen(exam, encoding="utf-8") as file:
        exam_content = json.load(file)
    replies, requests = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nowhere = os.open("/dev/null", os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nowhere, standard)
    limits.limit(seconds, memory)
    with os.fdopen(verdict, "w", buffering=1, encoding="utf-8") as verdicts:
        if wire.receive(replies) == "ready":
            print("ready", file=verdicts)
            print(examined(exam_content, Line(replies, requests)), file=verdicts)


def examined(exam: dict[str, Any], line: "Line") -> str:
    """The verdict of an exam."""
    random.seed(0)
    namespace: dict[str, Any] = {"__name__": "tests"}
    try:
        exec(compile(exam["given"], "given.py", "exec"), namespace)
        namespace |= {name: Remote(line, name) for name in exam["names"]}
        exec(compile(exam["tests"], "tests.py", "exec"), namespace)
    except Raised:
        return "crashed"
    except (EOFError, BrokenPipeError):
        return "ended"
    except BaseException:
        return "failed"
    # What was raised or came to an end may have been caught by a test.
    return "passed" if line.asked and not line.ended else "failed"


class Line:
    """The connection to the program's process."""

    def __init__(self, replies: Any, requests: Any) -> None:
        self.replies, self.requests, self.asked, self.ended = replies, requests, False, False

    def ask(self, what: str, whom: str | int, *rest: Any) -> Any:
        """What the program's process answers. Raises Raised, EOFError, BrokenPipeError, WireError."""
        self.asked = True
        try:
            wire.send(self.requests, [what, whom, *(wire.encoded(argument, _number) for argument in rest)])
            reply = wire.receive(self.replies)
            if "raised" in reply:
                raise Raised(reply["raised"])
            return wire.decoded(reply["value"], lambda number: Remote(self, number))
        except (EOFError, BrokenPipeError, wire.WireError):
            self.ended = True
            raise


class Remote:
    """Something that the program made. It can be called and handed back; it is equal to nothing."""

    def __init__(self, line: Line, whom: str | int) -> None:
        self.__dict__.update(_line=line, _whom=whom)

    def __call__(self, *positional: Any, **named: Any) -> Any:
        return self._line.ask("call", self._whom, list(positional), named)

    def __getattr__(self, name: str) -> Any:
        return self._line.ask("get", self._whom, name)

    def __setattr__(self, name: str, value: Any) -> None:
        self._line.ask("set", self._whom, name, value)

    def _opaque(self, *_: Any) -> bool:
        raise TypeError("no data that can be compared")

    # A test holds for data; an object of the program's own could claim to be anything.
    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = __bool__ = __len__ = __contains__ = _opaque
    __hash__ = None


def _number(value: Any) -> int:
    if isinstance(value, Remote) and isinstance(value._whom, int):
        return value._whom
    raise TypeError("the program cannot be given this")


if __name__ == "__main__":
    main()
