"""Serialised syntax trees keep meaning and docstrings, drop formatting, and equal across Python versions."""

import ast

import pytest

from wideband.provenance.digests import text_digest
from wideband.provenance.serialise import serialise

EVERYTHING = '''
"""Module text."""
from __future__ import annotations
import os.path as p
from . import a as b
@decorate(1, *args, key=None, **more)
class Thing(Base, metaclass=Meta):
    "Class text."
    x: int = 0
    def method(self, one, /, two=-1, *rest, three: str = "é\\u1f9ff", **others) -> None:
        r"""Method text:

            indented.
        """
        global g
        return f"a{one!r:>{two}}b" f"{three=}" "c", {**others, "k": [*rest]}, {1, 2}, ..., b"\\0", 1e-5, u"u"
async def run(it):
    async with it as x, it:
        async for y in it: await y
    try: raise ValueError from None
    except (A, B) as e: del e
    else: assert x, "why"
    finally: pass
    while (n := next(it)) < 3 and not x: continue
    return lambda q, *, w=1: (yield), [i for i in it if i for j in i], it[1:2, ::3], x if y else 2j, f"{x:}"
'''

# Equal under CPython 3.9.18, 3.10.13, 3.11.7, 3.12.1 and 3.13.0.
GOLDEN = "0d4d92d0ebf88266b60b9da14ffa6390976b08f393d7595f2f3b5bb827b813ec"


def of(text: str) -> str:
    return serialise(ast.parse(text))


def test_the_form_is_the_same_under_every_python() -> None:
    assert text_digest(of(EVERYTHING)) == GOLDEN


SAME = {
    "comment": ("x = 1", "x = 1  # why"),
    "spacing": ("f(a,b)", "f( a,\n  b )"),
    "quotes": ("x = 'a'", 'x = "a"'),
    "number form": ("x = 1000", "x = 1_000"),
    "joined text": ("x = 'ab'", "x = 'a' 'b'"),
    "parentheses": ("x = a + b", "x = (a + b)"),
    "docstring indentation": ('def f():\n  """A.\n\n  B."""', 'def f():\n    """A.\n\n    B."""'),
    "type comment": ("x = []", "x = []  # type: list[int]"),
}
DIFFERENT = {
    "docstring": ("def f():\n '''A.'''", "def f():\n '''B.'''"),
    "docstring removed": ("def f():\n '''A.'''\n return", "def f():\n return"),
    "type of a number": ("x = 1", "x = 1.0"),
    "true and one": ("x = True", "x = 1"),
    "bytes and text": ("x = b'a'", "x = 'a'"),
    "none returned": ("def f(): return None", "def f(): return"),
    "swapped arguments": ("f(a, b)", "f(b, a)"),
    "default moved": ("def f(a, b=1): pass", "def f(a=1, b=1): pass"),
    "keyword-only default": ("def f(*, a=1, b): pass", "def f(*, a, b=1): pass"),
    "operator": ("x = a < b", "x = a <= b"),
    "nesting": ("if a:\n b\n c", "if a:\n b\nc"),
    "conversion": ("f'{a!r}'", "f'{a!s}'"),
    "annotation": ("x: int = 1", "x: float = 1"),
    "text that looks like structure": ("x = 'a;) b'", "x = 'a', 'b'"),
}


@pytest.mark.parametrize("case", SAME)
def test_formatting_is_left_out(case: str) -> None:
    before, after = SAME[case]
    assert of(before) == of(after)


@pytest.mark.parametrize("case", DIFFERENT)
def test_meaning_stays_in(case: str) -> None:
    before, after = DIFFERENT[case]
    assert of(before) != of(after)
