"""Importers of per-cell tables, printed tables, counted answers and workings."""

from pathlib import Path

import pandas as pd
import pytest
from import_files import entry, jsonl

from wideband.config.import_file import Import
from wideband.importers import (
    ImportFileError,
    read_answers,
    read_cells,
    read_counts,
    read_printed,
    read_problems,
    read_workings,
)
from wideband.tables import write_table

CELLS = "condition,T,task,tv,valid\ncold,1.0,fruit,0.5,50\ncold,1.0,suit,0.9,48\nhot,1.5,fruit,0.25,47\n"
PRINTED = """# A report

| task | note |
|---|---|
| suit | none |

| task | n | before | after |
|:-----|--:|:------:|------:|
| fruit | 1,200 | 0.461 ± 0.02 | **0.194** |
| suit | 40 | −0.7 (−0.8, −0.6) | 37.0% |
| word | | – | `1,024` |
"""


def values(table: pd.DataFrame) -> dict[tuple[str, str], tuple[float, int]]:
    """Value and n by item and metric."""
    rows = table[["uid", "metric", "value", "n"]].itertuples(index=False)
    return {(uid, metric): (value, n) for uid, metric, value, n in rows}


def text(path: Path, content: str) -> Path:
    path.write_text(content, encoding="utf-8")
    return path


def cells(path: Path, **more: object) -> Import:
    return entry("cells", path, **{"uid": "task", "columns": {"tv": "sampled_variation"}, **more})


def test_cells_are_the_rows_of_one_condition(tmp_path: Path) -> None:
    path = text(tmp_path / "cells.csv", CELLS)
    made = cells(path, where={"condition": "cold", "T": "1.0"}, fields={"n": "valid"})
    table = read_cells(path, made)["imported"]
    write_table(table, tmp_path / "cells.parquet", "metrics")
    assert values(table) == {
        ("fruit", "sampled_variation"): (0.5, 50),
        ("suit", "sampled_variation"): (0.9, 48),
    }
    some = cells(path, where={"task": ["suit", "word"]})
    assert list(values(read_cells(path, some)["imported"])) == [("suit", "sampled_variation")]
    with pytest.raises(ImportFileError, match=r"cells\.csv:4: problem 'fruit' again, first at .*csv:2"):
        read_cells(path, cells(path))
    with pytest.raises(ImportFileError, match="no row has a column 'kl'"):
        read_cells(path, cells(path, where={"condition": "hot"}, columns={"kl": "kl"}))


def test_a_printed_table_is_read_as_people_print_numbers(tmp_path: Path) -> None:
    path = text(tmp_path / "report.md", PRINTED)
    made = entry("printed", path, uid="task", columns={"before": "x", "after": "y"}, fields={"n": "n"})
    found = values(read_printed(path, made)["imported"])
    assert found[("fruit", "x")] == (0.461, 1200) and found[("fruit", "y")] == (0.194, 1200)
    assert found[("suit", "x")] == (-0.7, 40) and found[("suit", "y")] == (37.0, 40)
    assert found[("word", "y")] == (1024.0, 0) and pd.isna(found[("word", "x")][0])
    with pytest.raises(ImportFileError, match="no table with the columns later, task; its tables have"):
        read_printed(path, entry("printed", path, uid="task", columns={"later": "x"}))


def test_a_number_as_python_writes_it_is_none_of_a_table(tmp_path: Path) -> None:
    path = text(tmp_path / "cells.csv", CELLS.replace("0.25", "1_000"))
    with pytest.raises(ImportFileError, match=r"cells\.csv:4: field 'tv' must be a number, but is '1_000'"):
        read_cells(path, cells(path, where={"condition": "hot"}))


def test_what_is_no_number_in_a_printed_table_is_an_error(tmp_path: Path) -> None:
    path = text(tmp_path / "t.csv", "task,after\nfruit,0.4\nsuit,see text\n")
    with pytest.raises(ImportFileError, match=r"t\.csv:3: field 'after' must be a number, but is 'see text'"):
        read_printed(path, entry("printed", path, uid="task", columns={"after": "x"}))
    path = text(tmp_path / "t.md", "| task | after |\n|---|---|\n| fruit | 1 | 2 |\n")
    with pytest.raises(ImportFileError, match=r"t\.md:3: 3 cells, but the table has 2 columns"):
        read_printed(path, entry("printed", path, uid="task", columns={"after": "x"}))


def test_answers_are_counted_once_and_the_rows_are_the_options(tmp_path: Path) -> None:
    path = text(tmp_path / "counts.csv", "number,count\n1,4\n2,0\n3,6\n")
    made = entry("answers", path, item="die", fields={"answer": "number"})
    table = read_answers(path, made)["answers"]
    write_table(table, tmp_path / "counts.parquet", "answers")
    assert dict(zip(table["answer"], table["count"], strict=True)) == {"1": 4, "2": 0, "3": 6}
    problems = read_problems(tmp_path, [made], "quiz")
    assert problems[["uid", "task"]].to_numpy().tolist() == [["die", "choice"]]
    assert list(problems["options"][0]) == ["1", "2", "3"]
    for row, said in (("1,2", "this answer is already in the file"), ("4,-1", "must be a count, 0 or more")):
        broken = text(tmp_path / "counts.csv", f"number,count\n1,4\n{row}\n")
        with pytest.raises(ImportFileError, match=rf"counts\.csv:3: .*{said}"):
            read_answers(broken, made)


def test_problems_inside_an_object_bring_their_options(tmp_path: Path) -> None:
    path = text(tmp_path / "tasks.json", '{"tasks": [{"id": "die", "held": false, "faces": ["1", "2"]}]}')
    fields = {"inside": "tasks", "fields": {"options": "faces"}, "where": {"held": "False"}}
    problems = read_problems(tmp_path, [entry("problems", path, **fields)], "quiz")
    write_table(problems, tmp_path / "problems.parquet", "problems")
    assert list(problems["options"][0]) == ["1", "2"] and problems["task"][0] == "choice"
    text(path, '{"tasks": [{"id": "die", "held": false, "faces": ["1", "1"]}]}')
    with pytest.raises(ImportFileError, match="'faces' must be a list of different texts"):
        read_problems(tmp_path, [entry("problems", path, **fields)], "quiz")


def test_counts_may_have_other_names(tmp_path: Path) -> None:
    path = jsonl(tmp_path / "c.jsonl", [{"uid": "q", "k": 4, "right": 3}])
    made = entry("counts", path, fields={"n": "k", "correct": "right"})
    assert read_counts(path, made)["verdicts"]["correct"].tolist() == [True, True, True, False]


def test_workings_are_measured_problem_by_problem(tmp_path: Path) -> None:
    one, other = "3 + 4 = 7\n#### 7", "1. 3 + 4 = 7\n#### 7\n4 + 3 = 7"
    rows = [{"uid": "p", "text": one}, {"uid": "p", "text": other}, {"uid": "q", "text": one}]
    path = jsonl(tmp_path / "w.jsonl", rows)
    found = values(read_workings(path, entry("workings", path))["imported"])
    assert found[("p", "signatures")] == (2.0, 2)
    assert found[("p", "arithmetics")] == (1.0, 2)
    assert found[("p", "run_on")] == (0.5, 2) and found[("q", "run_on")] == (0.0, 1)
