"""A limit of work that does not depend on the machine: rounds of loops and calls of functions are counted.

The count is written into the program before it is compiled, as a call of `_tick_` in every loop,
comprehension and function. That makes a loop up to three times as slow, and tracing thirty times.
"""

import ast
import builtins
import itertools
import operator
import sys

NAME = "_tick_"
# Trees as deep as the parser takes them.
DEEPEST = 20_000


class Budget:
    """So many ticks; after the last every further one raises StopIteration."""

    def __init__(self, ticks: int) -> None:
        self._left = itertools.repeat(True, ticks)
        setattr(builtins, NAME, self._left.__next__)

    def spent(self) -> bool:
        """Whether none is left."""
        return operator.length_hint(self._left) == 0


def counted(text: str) -> ast.Module:
    """The syntax tree of a program that counts. Raises SyntaxError and what else the parser raises."""
    usual = sys.getrecursionlimit()
    sys.setrecursionlimit(DEEPEST)
    try:
        return ast.fix_missing_locations(_Counting().visit(ast.parse(text, "program.py")))
    finally:
        sys.setrecursionlimit(usual)


def _tick() -> ast.Call:
    return ast.Call(ast.Name(NAME, ast.Load()), [], [])


class _Counting(ast.NodeTransformer):
    def visit_While(self, node: ast.While) -> ast.AST:
        node.test = ast.BoolOp(ast.And(), [_tick(), node.test])
        return self.generic_visit(node)

    def visit_For(self, node: ast.For | ast.AsyncFor) -> ast.AST:
        node.body.insert(0, ast.Expr(_tick()))
        return self.generic_visit(node)

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> ast.AST:
        # A docstring stays the first statement.
        node.body.insert(0 if ast.get_docstring(node, clean=False) is None else 1, ast.Expr(_tick()))
        return self.generic_visit(node)

    def visit_Lambda(self, node: ast.Lambda) -> ast.AST:
        node.body = ast.BoolOp(ast.And(), [_tick(), node.body])
        return self.generic_visit(node)

    def visit_comprehension(self, node: ast.comprehension) -> ast.AST:
        node.ifs.insert(0, _tick())
        return self.generic_visit(node)

    visit_AsyncFor, visit_AsyncFunctionDef = visit_For, visit_FunctionDef
