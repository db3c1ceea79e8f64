"""A syntax tree as text that is the same under Python 3.9 to 3.13.

`ast.dump` is not: it prints fields by version. Fields that are None or empty are left out here, so that one
new in some version shows only when used; so are positions, type comments and expression contexts. Docstrings
stay, without their indentation; comments and formatting are not in the tree.
"""

import ast
import inspect
from collections.abc import Iterator
from typing import Any

SKIPPED = frozenset({"ctx", "type_comment", "type_ignores", "kind"})
HOLDS_NONE = ("Constant", "MatchSingleton")
DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def serialise(tree: ast.AST) -> str:
    """`tree` as text: `(Type field=value …)`, `[…]` for lists, type and ASCII repr for constants."""
    parts: list[str] = []
    _write(tree, parts)
    return "".join(parts)


def _write(value: Any, parts: list[str]) -> None:
    if isinstance(value, ast.AST):
        _write_node(value, parts)
    elif isinstance(value, list):
        parts.append("[")
        for item in value:
            _write(item, parts)
        parts.append("]")
    else:
        # ascii(), since what repr() escapes depends on the Unicode tables of the Python version.
        parts.append(f"{type(value).__name__}:{value!a};")


def _write_node(node: ast.AST, parts: list[str]) -> None:
    parts.append(f"({type(node).__name__}")
    for name, value in _fields(node):
        if value is None and type(node).__name__ not in HOLDS_NONE:
            continue
        if isinstance(value, list) and not value:
            continue
        parts.append(f" {name}=")
        _write(value, parts)
    parts.append(")")


def _fields(node: ast.AST) -> Iterator[tuple[str, Any]]:
    for name in node._fields:
        if name in SKIPPED:
            continue
        value = getattr(node, name, None)
        if name == "body" and isinstance(node, DOCUMENTED):
            value = _without_indentation(value)
        elif name == "values" and isinstance(node, ast.JoinedStr):
            value = _joined(value)
        elif name == "format_spec" and value is not None and not value.values:
            value = None
        yield name, value


def _without_indentation(body: list[ast.stmt]) -> list[ast.stmt]:
    constant = body[0].value if body and isinstance(body[0], ast.Expr) else None
    if isinstance(constant, ast.Constant) and isinstance(constant.value, str):
        return [ast.Expr(value=ast.Constant(value=inspect.cleandoc(constant.value))), *body[1:]]
    return body


def _joined(values: list[ast.expr]) -> list[ast.expr]:
    """The parts of an f-string with neighbouring texts joined: Python 3.12 may split them."""
    joined: list[ast.expr] = []
    for value in values:
        last = joined[-1] if joined else None
        if isinstance(value, ast.Constant) and isinstance(last, ast.Constant):
            joined[-1] = ast.Constant(value=last.value + value.value)
        elif not (isinstance(value, ast.Constant) and value.value == ""):
            joined.append(value)
    return joined
