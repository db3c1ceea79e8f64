"""Programs to write and to read: HumanEval (Chen et al., arXiv:2107.03374), MBPP (Austin et al.,
arXiv:2108.07732) and the outputs of CRUXEval (Gu et al., arXiv:2401.03065), from the authors' files."""

import ast
from collections.abc import Callable

from ...programs.exam import Suite, Value, parsed, written
from ..files import Row
from .base import File, Source


def _humaneval(row: Row, index: int) -> Row:
    name, prompt = row["entry_point"], row["prompt"]
    exam = Suite(
        names=(name,),
        given=prompt,
        tests=f"{row['test']}\ncheck({name})\n",
        solution=prompt + row["canonical_solution"],
    )
    return {
        "uid": f"humaneval_{row['task_id'].rpartition('/')[2]}",
        "problem": prompt,
        "gold": written(exam),
        "answer_type": "code",
    }


def _mbpp(row: Row, index: int) -> Row:
    code, setup = (row[key].replace("\r\n", "\n") for key in ("code", "test_setup_code"))
    tests = "\n".join([setup, *row["test_list"]]).strip()
    called = {node.id for node in ast.walk(_tree(tests)) if isinstance(node, ast.Name)}
    defined = [node.name for node in _tree(code).body if isinstance(node, ast.FunctionDef | ast.ClassDef)]
    names = tuple(name for name in dict.fromkeys(defined) if name in called)
    return {
        "uid": f"mbpp_{row['task_id']}",
        "problem": f"{row['text'].strip()}\nYour code should pass these tests:\n\n{tests}",
        "gold": written(Suite(names, "", tests, code)),
        "answer_type": "code",
    }


def _tree(code: str) -> ast.Module:
    tree = parsed(code)
    if tree is None:
        raise ValueError(f"{code[:60]!r} is not valid Python")
    return tree


def _cruxeval(row: Row, index: int) -> Row:
    asked = "Which literal has to stand for ?? to make this true?"
    return {
        "uid": f"cruxeval_{row['id'].rpartition('_')[2]}",
        "problem": f"{row['code']}\n\n{asked}\n\nassert f({row['input']}) == ??",
        "gold": written(Value(row["output"])),
        "answer_type": "code",
    }


def _numbered(first: int, last: int) -> Callable[[Row], bool]:
    return lambda row: first <= row.get("task_id", 0) <= last


HUMANEVAL = "HumanEval.jsonl (task_id, prompt, entry_point, canonical_solution, test)"
MBPP, MBPP_WANTED = "tasks/mbpp/mbpp.jsonl", "mbpp.jsonl (text, code, task_id, test_setup_code, test_list)"
CRUXEVAL = "cruxeval.jsonl (code, input, output, id)"
SOURCES = (
    Source("humaneval", {"test": (File("tasks/humaneval/HumanEval.jsonl", HUMANEVAL, _humaneval),)}, hubs={}),
    Source(
        "mbpp",
        files={
            # As its authors divide it; 1 to 10 are for prompts, 511 to 600 for choosing.
            "test": (File(MBPP, MBPP_WANTED, _mbpp, _numbered(11, 510)),),
            "train": (File(MBPP, MBPP_WANTED, _mbpp, _numbered(601, 974)),),
        },
        hubs={},
    ),
    Source("cruxeval", {"test": (File("tasks/cruxeval/cruxeval.jsonl", CRUXEVAL, _cruxeval),)}, hubs={}),
)
