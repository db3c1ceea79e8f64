"""Programs and values in what a model writes, and their verdicts as items of the three benchmarks."""

import ast
import json
import os
import random
from collections import Counter, deque
from pathlib import Path

import pandas as pd
import pytest
from data_folders import benchmark_files, jsonl
from metric_tables import rollouts
from metric_tables import verdicts as graded
from sandboxes import sandboxed

from wideband import tasks
from wideband.config.data import Data
from wideband.config.evaluation import Grading
from wideband.data import sources
from wideband.data.errors import DataError
from wideband.grading import Grader, GradingError, check_golds, grade_rollouts, require_accepted
from wideband.grading.by_task import asked_of, examined, parse
from wideband.programs import exam as exams
from wideband.programs.exam import ExamError, Suite, Value
from wideband.programs.extract import canonical, program, same, value
from wideband.programs.inside import wire
from wideband.programs.inside.wire import WireError
from wideband.provenance.fingerprint import fingerprint

GIVEN = 'import math\n\n\ndef f(x):\n    """Twice."""\n'
CONTINUED = Suite(("f",), GIVEN, "assert f(1) == 2", "")
WHOLE = Suite(("f", "Node"), "", "assert f(1) == 2", "")
BODY = "    if x:\n        return 2 * x\n    return 0"
DEFINED = "def f(x):\n    return x * 2"
BENCHMARKS = Path(os.environ.get("WIDEBAND_DATA", Path(__file__).parents[2] / "../shared/data")).resolve()


@pytest.mark.parametrize(
    ("text", "suite", "expected"),
    [
        (BODY, CONTINUED, GIVEN + BODY + "\n"),
        # What goes on after the function is not it.
        (f"{BODY}\n\nprint(f(2))\n\ndef g(x:", CONTINUED, GIVEN + BODY + "\n\n"),
        # Between tags the first indentation is gone.
        (BODY.strip(), CONTINUED, GIVEN + BODY + "\n"),
        (f"```python\n{BODY}\n```", CONTINUED, GIVEN + BODY + "\n"),
        (DEFINED, CONTINUED, f"{GIVEN}\n\n{DEFINED}"),
        (DEFINED, WHOLE, DEFINED),
        (f"Here it is:\n\n{DEFINED}\n\nIt doubles x.", WHOLE, f"{DEFINED}\n\n"),
        (f"import re\n{DEFINED}", WHOLE, f"import re\n{DEFINED}"),
        (f"So:\n```python\n{DEFINED}\n```\nUse it:\n```python\nprint(f(1))\n```", WHOLE, f"{DEFINED}\n"),
        (f"```\n{DEFINED} + 1\n```\nNo, rather\n```py\n{DEFINED}\n```", WHOLE, f"{DEFINED}\n"),
        (f"```text\ndef f(: no\n```\n```Python\n{DEFINED}", WHOLE, DEFINED),
        ("class Node:\n    pass\nf = len", WHOLE, "class Node:\n    pass\nf = len"),
        ("f = lambda x: 2 * x", WHOLE, "f = lambda x: 2 * x"),
        ("It cannot be done, for x may be anything.", WHOLE, None),
        ("def f(x:\n    return", WHOLE, None),
        ("  ", CONTINUED, None),
        ("I think that\n it is two.", CONTINUED, None),
        ("def f(x):\n    return '" + "x" * 50_000 + "'", WHOLE, None),
    ],
)
def test_the_program_of_a_text(text: str, suite: Suite, expected: str | None) -> None:
    assert program(text, suite) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[1, 2]", "[1, 2]"),
        ("```python\n{'a': (1,)}\n```", "{'a': (1,)}"),
        ("assert f([1], 'x') == -3", "-3"),
        ("f('==') == 'a == b'", "'a == b'"),
        ("`'x'`", "'x'"),
        ("'x'\n\ndef g(y): pass", "'x'"),
        ("It goes through the list.\n\nassert f(1) == {1}", "{1}"),
        ("f(1)", None),
        ("__import__('os').getcwd()", None),
        ("the empty list", None),
        ("(" * 300 + ")" * 300, None),
    ],
)
def test_the_value_of_a_text(text: str, expected: str | None) -> None:
    assert value(text) == expected


def test_values_are_compared_and_not_texts() -> None:
    exam = Value("{'a': [1, 2.0], 'b': None}")
    assert same('{"b":None,"a":[1,2]}', exam) and not same("{'a': [1, 2.0]}", exam)


def test_data_comes_through_as_it_was() -> None:
    sent = [None, True, 7, -(10**5000), 0.1, float("inf"), 1j, "a\ud800", b"\xff", int, frozenset({1})]
    sent += [(1, [2, (3,)]), {(1, 2): {"a": {3}}}, Counter("aab"), deque([1])]
    kept: list = []
    told = wire.encoded(sent, lambda value: kept.append(value) or len(kept) - 1)
    found = wire.decoded(json.loads(json.dumps(told)), kept.__getitem__)
    assert found == sent and [*map(type, found[:-2])] == [*map(type, sent[:-2])]
    # What is no data stays where it is.
    assert kept == [deque([1])] and type(found[-2]) is dict


@pytest.mark.parametrize(
    "told", [{"type": "eval"}, {"type": "os"}, {"code": "1"}, {"int": "1", "set": []}, {}]
)
def test_what_is_no_data_is_refused(told: dict) -> None:
    with pytest.raises(WireError):
        wire.decoded(told, lambda number: number)


def test_comments_and_blanks_make_no_other_program() -> None:
    assert canonical("def f(x):\n  # twice\n  return 2*x") == canonical("def f(x):\n    return 2 * x\n")
    assert canonical("def f(x): return 2") != canonical("def f(x): return 3")


@pytest.mark.parametrize("gold", ["7", "{}", '{"literal": "f(1)"}', '{"names": [], "given": ""}', "no"])
def test_a_gold_without_tests_is_refused(gold: str) -> None:
    with pytest.raises(ExamError):
        exams.read(gold)


@pytest.mark.parametrize(
    ("scaffold", "completion"),
    [
        ("direct_raw", f"\n{BODY}\n\n\ndef main():\n    f()"),
        ("direct", f"Sure!\n```python\n{DEFINED}\n```"),
        ("plain", f"So it is\n<answer>\n{BODY}"),
        ("think", f"<think>a</think><answer>{DEFINED}"),
        ("thinking_native", f"<think>\ndef f(x): return 0\n</think>\n\n```python\n{DEFINED}\n```"),
        ("free", f"<think>hm</think>\n```python\n{DEFINED}\n```\nThe answer is 7."),
    ],
)
def test_code_is_found_in_every_scaffold(scaffold: str, completion: str) -> None:
    asked = asked_of({"task": "program", "gold": exams.written(CONTINUED)})
    reading = tasks.load("program").read(parse(scaffold, [completion], [asked])[0], asked.options)
    names: dict = {}
    exec(reading.answer, names)
    assert reading.valid and names["f"](4) == 8


def judged(problems: pd.DataFrame, texts: list[str], scaffold: str = "direct_raw") -> pd.DataFrame:
    """Verdicts of the first problem's answers."""
    uid = problems["uid"].iloc[0]
    drawn = rollouts(graded({uid: [True] * len(texts)}), [1] * len(texts)).assign(completion=texts)
    return grade_rollouts(drawn, problems, scaffold, Grading(workers=2), 0.0)


@sandboxed
def test_items_of_the_three_benchmarks_are_graded(tmp_path: Path) -> None:
    data = Data(origin="local", root=str(benchmark_files(tmp_path)))
    written = {
        "humaneval": ["    return sum(numbers)", "    return 3", "    return numbers[9]", "def total(:", ""],
        "mbpp": [
            "class Node:\n    def __init__(self, n): self.n = n\ndef size(n): return n.n, n.m",
            "class Node:\n    def __init__(self, n): self.m = n\ndef size(n): return n.m, 1",
            "class Node: pass\ndef size(n): return 1, 2",
            "Nobody knows.",
            "",
        ],
        "cruxeval": ["[1, {1}]", "[1, {2}]", "[1, [1]]", "f(1)", ""],
    }
    statuses = {"humaneval": "crashed", "mbpp": "crashed", "cruxeval": "failed"}
    for name, texts in written.items():
        problems = sources.load(name, "test", data)
        assert len(problems) == 1 and check_golds(problems, Grading())["accepted"].all()
        found = judged(problems, texts)
        assert found["correct"].tolist() == [True, False, False, False, False]
        assert found["valid"].tolist() == [True, True, True, False, False]
        last = [statuses[name], "unparsed", "no_answer"]
        assert found["status"].tolist() == ["passed", "failed", *last]
    assert sources.load("mbpp", "train", data)["uid"].tolist() == ["mbpp_601"]


def test_equal_programs_run_once(monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[str] = []

    def verdicts(programs: list, *_: object) -> list[str]:
        ran.extend(code for code, _ in programs)
        return ["passed" if code == "a" else "failed" for code, _ in programs]

    monkeypatch.setattr(tasks.load("program"), "verdicts", verdicts)
    with Grader() as grader:
        for codes in ("aba", "bc"):
            found = examined(grader, "program", [(code, WHOLE) for code in codes])
            assert [outcome.correct for outcome in found] == [code == "a" for code in codes]
    assert ran == ["a", "b", "c"]


@sandboxed
def test_a_gold_whose_solution_fails_its_tests_is_refused(tmp_path: Path) -> None:
    root = benchmark_files(tmp_path)
    path = root / "tasks/humaneval/HumanEval.jsonl"
    row = json.loads(path.read_text())
    jsonl(path, [{**row, "canonical_solution": "    return 1\n"}])
    problems = sources.load("humaneval", "test", Data(origin="local", root=str(root)))
    with pytest.raises(GradingError, match=r"humaneval_0.*\(failed\)"):
        require_accepted(check_golds(problems, Grading()))


def test_a_row_whose_tests_are_no_python_is_named(tmp_path: Path) -> None:
    root = benchmark_files(tmp_path)
    path = root / "tasks/humaneval/HumanEval.jsonl"
    jsonl(path, [{**json.loads(path.read_text()), "test": "def check(:"}])
    with pytest.raises(DataError, match=r"HumanEval\.jsonl:1: .*not valid Python"):
        sources.load("humaneval", "test", Data(origin="local", root=str(root)))


@sandboxed
@pytest.mark.skipif(
    not BENCHMARKS.is_dir(), reason=f"no benchmark files at {BENCHMARKS}; set WIDEBAND_DATA to their folder"
)
def test_solutions_of_the_authors_pass_and_changed_ones_fail() -> None:
    data = Data(origin="local", root=str(BENCHMARKS))
    task, answers, expected = tasks.load("program"), [], []
    for name in ("humaneval", "mbpp", "cruxeval"):
        for gold in random.Random(1).sample(sorted(sources.load(name, "test", data)["gold"]), 6):
            exam = exams.read(gold)
            right = task.solution(exam)
            answers += [(right, exam), (_changed(right, exam), exam)]
            expected += [True, False]
    found = [status == "passed" for status in task.examine(answers, 5.0, 2)]
    assert found == expected


def _changed(right: str, exam: exams.Exam) -> str:
    """The solution with something else in place of what it returns."""
    if isinstance(exam, Value):
        return f"[{right}, 0]"
    tree = ast.parse(right)
    for node in ast.walk(tree):
        if isinstance(node, ast.Return):
            node.value = ast.Constant("something else")
    return ast.unparse(tree)


def _reached(script: str, *named: str) -> set[str]:
    """Modules of the room of programs that a job of a script reaches, which names these modules."""
    scripts = Path(__file__).parents[2] / "workflow_scripts"
    found = fingerprint(scripts / f"{script}.py", scripts, named=tuple(f"wideband.{each}" for each in named))
    return {name.removeprefix("wideband.programs.") for name in found.modules if "wideband.programs." in name}


def test_only_jobs_that_run_programs_depend_on_how_they_are_run() -> None:
    running = {f"inside.{name}" for name in ("candidate", "examiner", "limits", "ticks", "wire")}
    running |= {"verdicts", "sandbox", "seccomp", "extract"}
    assert running <= _reached("grade", "tasks.program") & _reached("golds", "tasks.program")
    assert running <= _reached("train", "tasks.program", "training.methods.grpo")
    assert _reached("grade", "tasks.math") == set()
    # Who reads golds needs their form alone.
    assert _reached("slice", "tasks.program") == {"exam", "errors"}
