"""Templates from outside: rendered in a process of their own that bounds time, memory and length."""

import json
import os
import resource
import traceback
from collections.abc import Callable
from typing import Any, NoReturn

from jinja2 import StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

CPU_SECONDS, MEMORY, LENGTH = 5, 1 << 28, 1 << 20
# How compiled templates are called in tracebacks.
COMPILED = "<template>"


class TemplateFault(Exception):
    """What is wrong with a template, and its line (`?` where that is not known)."""

    def __init__(self, line: int | str, what: str) -> None:
        super().__init__(what)
        self.line = line


def environment(**options: Any) -> ImmutableSandboxedEnvironment:
    """Jinja that lets a template reach nothing but what it is given."""
    return ImmutableSandboxedEnvironment(undefined=StrictUndefined, **options)


def bounded(render: Callable[[], str]) -> str:
    """What `render` gives, made in a forked process within the bounds. Raises TemplateFault."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _render(render, writing)
    os.close(writing)
    with os.fdopen(reading, encoding="utf-8") as pipe:
        answer_text = pipe.read()
    os.waitpid(child, 0)
    if not answer_text:
        raise TemplateFault("?", f"takes more than {CPU_SECONDS} s or {MEMORY >> 20} MiB; make it smaller")
    answer = json.loads(answer_text)
    if "text" in answer:
        return answer["text"]
    raise TemplateFault(answer["line"], answer["what"])


def _render(render: Callable[[], str], writing: int) -> NoReturn:
    """In the child: render within the limits, say how it went, end without a trace."""
    try:
        answer = json.dumps(_answer(render)).encode()
        while answer:
            answer = answer[os.write(writing, answer) :]
    finally:
        os._exit(0)


def _answer(render: Callable[[], str]) -> dict[str, Any]:
    _limit(resource.RLIMIT_CPU, CPU_SECONDS)
    _limit(resource.RLIMIT_AS, _mapped() + MEMORY)
    try:
        text = render()
    except Exception as error:
        lines = [at.lineno for at in traceback.extract_tb(error.__traceback__) if at.filename == COMPILED]
        line = getattr(error, "lineno", None) or (lines[-1] if lines else "?")
        message = " ".join(str(error).split())[:200] or type(error).__name__
        return {"line": line, "what": f"{message}; correct the template"}
    if len(text) > LENGTH:
        return {"line": "?", "what": f"gives more than {LENGTH:,} characters; make it smaller"}
    return {"text": text}


def _limit(kind: int, value: int) -> None:
    _, most = resource.getrlimit(kind)
    bound = value if most == resource.RLIM_INFINITY else min(value, most)
    resource.setrlimit(kind, (bound, bound))


def _mapped() -> int:
    """Bytes of address space that the process has already."""
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[0]) * resource.getpagesize()
