"""The page of lineages: the tree, the stages as a waterfall, correct outputs, other ways of asking."""

import re
from pathlib import Path

import pandas as pd
import pytest
from report_results import study as nano
from test_importers_grid import study

from wideband.config import Study, load_study
from wideband.config.runs import pooled
from wideband.metrics.bootstrap import Bootstrap
from wideband.metrics.per_problem import long_table
from wideband.numbers import NumberRecord, build
from wideband.numbers.inputs import Tables
from wideband.numbers.lineages import steps
from wideband.numbers.study import planned
from wideband.report.book import Book
from wideband.report.figures import imported, lineages
from wideband.report.figures.lineage_correct import among_correct
from wideband.report.literals import has_numeral, study_names
from wideband.report.page import environment
from wideband.report.pages import LINEAGE, pages_of
from wideband.tables import write_table

ROOT = Path(__file__).parents[2]
TASKS = [f"t{at}" for at in range(6)]
# What is left of the base at each checkpoint.
KEPT = {("a", "base"): 1.0, ("a", "sft"): 0.5, ("a", "rl"): 0.4, ("b", "dpo"): 0.6, ("bare", "sft"): 0.75}


def book_of(made: Study, root: Path, empty: tuple[tuple[str, str], ...] = ()) -> Book:
    """The numbers of the imported measure; of the points `empty` the last task was not measured."""
    for (arm, at), kept in KEPT.items():
        values = [kept * (1 + place) for place in range(6)]
        if (arm, at) in empty:
            values[-1] = float("nan")
        columns = {"sbert": (values, [0] * 6), "sbert_correct": ([each / 2 for each in values], [0] * 6)}
        whose = {"arm": arm, "checkpoint": at, "slice": "s"}
        table = long_table(whose, pd.Series(TASKS, dtype=object).to_numpy(), columns)
        write_table(table, root / f"metrics/imported/{arm}/{at}/s.parquet", "metrics")
    tables, boot = Tables(root), Bootstrap(resamples=50)
    wanted = [each for each in planned(made) if each.id.startswith(("sbert.", "unmeasured."))]
    made_of = [build(each.id, each.estimator, each.args, each.paths, tables, boot) for each in wanted]
    return Book({record.id: record for record in made_of})


def test_stages_of_an_imported_lineage_are_told_from_where_it_branches(tmp_path: Path) -> None:
    made = study()
    book = book_of(made, tmp_path)
    found = {each.key: each for each in lineages.sections(made, book)}
    assert LINEAGE in pages_of(made, [])
    tree = {trace["name"]: trace for trace in found["tree-sbert"].figures[0].traces}
    # b begins at a's sft; its line leaves the tree there.
    assert [round(place) for place in tree["b"]["x"]] == [1, 2] and tree["b"]["text"] == ["sft", "dpo"]
    # The checkpoint that both have stands in one place, those of different arms beside one another.
    assert tree["b"]["x"][0] == tree["a"]["x"][1] and tree["b"]["x"][1] != tree["a"]["x"][2]
    low, high = book.interval(tree["b"]["customdata"][1])
    bars, mean = tree["b"]["error_y"], tree["b"]["y"][1]
    assert (mean - bars["arrayminus"][1], mean + bars["array"][1]) == pytest.approx((low, high))
    falls = {trace["name"]: trace for trace in found["stages-sbert"].figures[0].traces}
    assert [round(each) for each in falls["a"]["x"]] == [-50, -10] and falls["a"]["base"] == [100, 50]
    assert [round(each) for each in falls["b"]["x"]] == [-50, 10]
    assert [row.words for row in found["stages-sbert"].grid.rows] == [
        ("s", "a", "sft"),
        ("s", "a", "rl"),
        ("s", "b", "dpo"),
    ]
    pages = pages_of(made, [])
    template = environment(made, book, pages).get_template("plots.html.j2")
    silent = dict.fromkeys(("drawn", "interval"), lambda *_: "")
    context = template.new_context({"page": pages[0], "sections": [found["stages-sbert"]], **silent})
    shown = "".join(template.blocks["main"](context))
    # A probability is no change: it has no sign.
    assert re.findall(r'loses_most[^>]*data-format="([^"]*)"[^>]*>([^<]*)<', shown) == [
        (".2f", "1.00"),
        (".2f", "0.00"),
        (".2f", "0.00"),
    ]
    assert 'data-format="+' in shown
    assert [round(each) for each in found["correct-sbert"].figures[0].traces[0]["x"]] == [50, 50, 50]
    assert [round(each) for each in found["asked-sbert"].figures[0].traces[0]["x"]] == [50]


def test_a_lineage_that_branches_falls_from_where_it_branches() -> None:
    made = pooled(load_study("collapse", ROOT))
    ids = [f"cosine_distance.change.{step.cell('gsm8k_test')}.means" for step in steps(made)]
    book = Book(
        {
            each: NumberRecord(each, -10.0, "", (-12.0, -8.0), 8, "lineage.change", {}, None, (), "")
            for each in ids
        }
    )
    found = {section.key: section for section in lineages.sections(made, book)}
    falls = {trace["name"]: trace for trace in found["stages-cosine_distance"].figures[0].traces}
    assert falls["instruct"]["y"] == ["instruct: think SFT", "instruct: instruct SFT"]
    assert (falls["instruct"]["base"], falls["instruct"]["x"]) == ([100.0, 90.0], [-10.0, -10.0])


def test_as_many_outputs_as_are_correct_are_named_without_a_number_typed_by_hand() -> None:
    made = nano(texts={"tokens": ["own"]})
    arm, at = next(step.points[1] for step in steps(made))
    cell, book = f"{next(iter(made.benchmarks))}.{arm}.{at}", Book({})
    for half in ("ead_own", "ead_own_matched8"):
        for what in ("same", "gap", "residual"):
            name = f"{half}.{what}.{cell}"
            book.records[name] = NumberRecord(name, 0.5, "", None, 8, "lineage.same", {}, None, (), "")
    words = [row.words[1] for row in among_correct(made, book, "ead_own").grid.rows]
    assert words == ["ead own", "ead own, matched"]
    assert not any(map(has_numeral, words))


def test_an_imported_measure_is_called_by_its_name_whatever_digits_it_has() -> None:
    made = load_study("published-collapse", ROOT)
    assert {"sbert_of_table_14", "sbert of table 14"} <= set(study_names(made))


def test_checkpoints_with_empty_cells_are_named_and_compared_over_the_tasks_that_all_have(
    tmp_path: Path,
) -> None:
    made = study()
    whole, book = book_of(made, tmp_path / "whole"), book_of(made, tmp_path / "some", empty=(("a", "rl"),))
    assert book.n("sbert.s.a.rl") == 5 and book.n("sbert.s.a.base") == 6
    assert {book.n(f"sbert.shared.s.a.{at}") for at in ("base", "sft", "rl")} == {5}
    assert book.value("sbert.s.a.rl") == pytest.approx(0.4 * 3)
    assert [book.value(f"sbert.{of}s.a.base") for of in ("", "shared.")] == pytest.approx([3.5, 3])
    for one, gaps in ((whole, False), (book, True)):
        tree = next(each for each in lineages.sections(made, one) if each.key == "tree-sbert")
        assert ("Not measured on every task: a rl." in tree.caption) == gaps == bool(tree.grid)
        line = {trace["name"]: trace for trace in tree.figures[0].traces}["a"]
        # What is left is what it is on each task, whether or not one is missing.
        assert [y / line["y"][0] for y in line["y"]] == pytest.approx([1, 0.5, 0.4])
        (section,) = imported.sections(made, one, tmp_path / ("some" if gaps else "whole"))
        assert ("Some cells are empty" in section.caption) == gaps
