"""The page of lineages: the tree, the stages as a waterfall, correct outputs, other ways of asking."""

import re

import pandas as pd
from report_results import study as nano
from test_importers_grid import study

from wideband.metrics.bootstrap import Bootstrap
from wideband.metrics.per_problem import long_table
from wideband.numbers import NumberRecord, build
from wideband.numbers.inputs import Tables
from wideband.numbers.lineages import steps
from wideband.numbers.study import planned
from wideband.report.book import Book
from wideband.report.figures import lineages
from wideband.report.figures.lineage_correct import among_correct
from wideband.report.literals import has_numeral
from wideband.report.page import environment
from wideband.report.pages import LINEAGE, pages_of
from wideband.tables import write_table

TASKS = [f"t{at}" for at in range(6)]
# What is left of the base at each checkpoint.
KEPT = {("a", "base"): 1.0, ("a", "sft"): 0.5, ("a", "rl"): 0.4, ("b", "dpo"): 0.6, ("bare", "sft"): 0.75}


def test_stages_of_an_imported_lineage_are_told_from_where_it_branches(tmp_path) -> None:
    made = study()
    for (arm, at), kept in KEPT.items():
        values = [kept * (1 + place) for place in range(6)]
        columns = {"sbert": (values, [0] * 6), "sbert_correct": ([each / 2 for each in values], [0] * 6)}
        whose = {"arm": arm, "checkpoint": at, "slice": "s"}
        table = long_table(whose, pd.Series(TASKS, dtype=object).to_numpy(), columns)
        write_table(table, tmp_path / f"metrics/imported/{arm}/{at}/s.parquet", "metrics")
    tables, boot = Tables(tmp_path), Bootstrap(resamples=50)
    wanted = [each for each in planned(made) if each.id.startswith("sbert.")]
    made_of = [build(each.id, each.estimator, each.args, each.paths, tables, boot) for each in wanted]
    book = Book({record.id: record for record in made_of})
    found = {each.key: each for each in lineages.sections(made, book)}
    assert LINEAGE in pages_of(made, [])
    tree = {trace["name"]: trace for trace in found["tree-sbert"].figures[0].traces}
    # b begins at a's sft; its line leaves the tree there.
    assert (tree["b"]["x"], tree["b"]["text"]) == ([1, 2], ["sft", "dpo"])
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
