"""What code a module can reach, read from its source: imports, and names of modules and files in strings."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ..errors import WidebandError
from .digests import text_digest
from .serialise import serialise

DOTTED = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)+(:[A-Za-z_][\w.]*)?")
LONGEST_NAME = 200
IMPORTERS = frozenset({"import_module", "__import__", "iter_modules", "walk_packages"})


class ClosureError(WidebandError):
    """Source that cannot be read; the message names the file and line."""


@dataclass(frozen=True)
class Source:
    """What one source file says.

    Attributes:
        digest: of its syntax tree, docstrings in, comments and formatting out.
        imports: (level, dotted name) as written; level counts the leading dots.
        strings: text constants that could name a module or a file, `a / "b" / "c"` joined to `b/c`.
        dynamic: packages it imports from by a name made at run time, all of which it may reach. Empty text
            stands for its own package.
    """

    digest: str
    imports: frozenset[tuple[int, str]]
    strings: frozenset[str]
    dynamic: frozenset[str]


def source(path: Path) -> Source:
    """The facts of one file, parsed once per process for each state of the file. Raises ClosureError."""
    stat = path.stat()
    # ctime and inode too: an edit that restores the old mtime and size must still be seen.
    return _parsed(path, (stat.st_mtime_ns, stat.st_ctime_ns, stat.st_size, stat.st_ino))


@cache
def _parsed(path: Path, _state: tuple[int, ...]) -> Source:
    return parsed(path.read_bytes(), path)


def parsed(content: bytes, path: Path) -> Source:
    """The facts of source code that was read from `path`. Raises ClosureError."""
    try:
        tree = ast.parse(content, str(path))
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None) or "?"
        raise ClosureError(f"{path}, line {line}: not valid Python ({error}); correct it") from None
    nodes = list(ast.walk(tree))
    calls = [node for node in nodes if isinstance(node, ast.Call) and _called(node) in IMPORTERS]
    literal = {name for call in calls for name in _literal_import(call)}
    return Source(
        digest=text_digest(serialise(tree)),
        imports=frozenset(_imports(nodes)) | literal,
        strings=frozenset(_strings(nodes)),
        dynamic=frozenset(_dynamic_package(call) for call in calls if not list(_literal_import(call))),
    )


def _called(call: ast.Call) -> str:
    function = call.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _literal_import(call: ast.Call) -> Iterator[tuple[int, str]]:
    first = call.args[0] if call.args else None
    if isinstance(first, ast.Constant) and isinstance(first.value, str):
        name = first.value.lstrip(".")
        yield len(first.value) - len(name), name


def _imports(nodes: list[ast.AST]) -> Iterator[tuple[int, str]]:
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from ((0, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            stem = node.module or ""
            yield node.level, stem
            for alias in node.names:
                yield node.level, f"{stem}.{alias.name}".lstrip(".")


def _dynamic_package(call: ast.Call) -> str:
    """`a.b` of import_module(f"a.b.{name}") or of import_module(name, "a.b"), otherwise empty."""
    first, second = (*call.args[:2], None, None)[:2]
    if isinstance(second, ast.Constant) and isinstance(second.value, str):
        return second.value
    if isinstance(first, ast.JoinedStr) and isinstance(first.values[0], ast.Constant):
        return str(first.values[0].value).rpartition(".")[0]
    return ""


def _strings(nodes: list[ast.AST]) -> Iterator[str]:
    paths = [node for node in nodes if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div)]
    # ast.walk goes outside in: a path comes before the shorter ones and the texts that are parts of it.
    parts: set[ast.AST] = set()
    for node in paths:
        found = _path_parts(node)
        if found and node not in parts:
            yield "/".join(part.value for part in found)
        if found:
            parts |= {node.left, *found}
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in parts:
            text = node.value
            if 0 < len(text) <= LONGEST_NAME and not text.isspace() and "\n" not in text:
                yield text


def _path_parts(node: ast.expr | None) -> list[ast.Constant]:
    """The texts that end `a / "b" / "c"`, with the start when that is `Path("a")`."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node]
    if isinstance(node, ast.Call) and len(node.args) == 1 and _called(node) == "Path":
        return _path_parts(node.args[0])
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
        right = _path_parts(node.right)
        return [*_path_parts(node.left), *right] if right else []
    return []
