"""Values as lines of JSON between a program and its tests: plain data alone, rebuilt from the text.

What a program defines itself (an object, a function) is no data: it stays where it is and is named by a
number. So nothing of the program ever runs where its tests are decided.
"""

import builtins
import json
from collections.abc import Callable
from typing import Any, BinaryIO

# Of one line: what a program returns has no business to be longer.
LONGEST = 1 << 24
EXACT = 1 << 53


class WireError(Exception):
    """A line that is too long, cut off or not understood."""


def encoded(value: Any, keep: Callable[[Any], int]) -> Any:
    """A value as JSON can hold it; `keep` gives the number of what is no data."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, int):
        # Python refuses to write long integers in decimal.
        return int(value) if abs(value) < EXACT else {"int": hex(value)}
    if isinstance(value, float):
        return float(value)
    if isinstance(value, complex):
        return {"complex": [value.real, value.imag]}
    if isinstance(value, bytes | bytearray):
        return {"bytes": bytes(value).hex()}
    if isinstance(value, list):
        return [encoded(element, keep) for element in value]
    for kind, name in ((tuple, "tuple"), (set, "set"), (frozenset, "frozenset")):
        if isinstance(value, kind):
            return {name: [encoded(element, keep) for element in value]}
    if isinstance(value, dict):
        return {"dict": [[encoded(key, keep), encoded(element, keep)] for key, element in value.items()]}
    if isinstance(value, type) and vars(builtins).get(value.__name__) is value:
        return {"type": value.__name__}
    return {"kept": keep(value)}


def decoded(value: Any, kept: Callable[[int], Any]) -> Any:
    """The value that JSON holds; `kept` gives what stands for a number. Raises WireError."""
    if isinstance(value, list):
        return [decoded(element, kept) for element in value]
    if not isinstance(value, dict):
        return value
    if len(value) != 1:
        raise WireError("not one kind")
    ((name, held),) = value.items()
    if name in COLLECTIONS:
        return COLLECTIONS[name]([decoded(element, kept) for element in held])
    if name == "dict":
        return {decoded(key, kept): decoded(element, kept) for key, element in held}
    if name == "kept":
        return kept(held)
    if name not in PLAIN:
        raise WireError("unknown kind")
    return PLAIN[name](held)


def _type(name: str) -> type:
    found = vars(builtins).get(name)
    if not isinstance(found, type):
        raise WireError("no type of Python's own")
    return found


COLLECTIONS: dict[str, Callable[[list], Any]] = {"tuple": tuple, "set": set, "frozenset": frozenset}
PLAIN: dict[str, Callable[[Any], Any]] = {
    "int": lambda text: int(text, 16),
    "complex": lambda parts: complex(*parts),
    "bytes": bytes.fromhex,
    "type": _type,
}


def send(channel: BinaryIO, message: Any) -> None:
    """Write one line."""
    channel.write(json.dumps(message).encode() + b"\n")
    channel.flush()


def receive(channel: BinaryIO) -> Any:
    """Read one line. Raises EOFError where there is none, WireError for one that is no message."""
    line = channel.readline(LONGEST)
    if not line:
        raise EOFError
    if not line.endswith(b"\n"):
        raise WireError("cut off")
    try:
        return json.loads(line)
    except (ValueError, RecursionError) as error:
        raise WireError("no message") from error
