"""How answers depend on the wording: each way of asking for an answer space, before and after training."""

from ...config import Study
from ...metrics import by_item
from ...numbers.plan_paraphrases import MEASURES, Asked, detail, ends, ways_of_asking
from .. import ids
from ..book import Book
from ..names import (
    Comparison,
    arm_title,
    benchmark_title,
    comparisons,
    paraphrase_title,
    space_title,
    spaced,
)
from ..palette import arm_colours
from .answers import axis_title
from .axes import axis
from .curves import dots
from .layout import Figure, Grid, GridRow, Section, layout

DRAWN = ("total_variation", "valid_mass")
FORM = ".3f"
COLUMNS = {"second arm": FORM, "first arm": FORM, "difference": f"+{FORM}"}
CAPTION = (
    "A point is one way of asking for one answer space, hollow where the policy is untrained. Where options "
    "were shown in several orders, intervals are over these. A single order is one item whose law is exact: "
    "there is nothing to resample, and only training runs, where an arm has several, give an interval."
)


def sections(study: Study, book: Book) -> list[Section]:
    """One section for every benchmark that asks for its answer spaces in several ways."""
    found = (_section(study, book, name, ways_of_asking(study, name)) for name in study.benchmarks)
    return [section for section in found if section]


def _section(study: Study, book: Book, name: str, ways: list[Asked]) -> Section | None:
    figures = [figure for metric in DRAWN if (figure := _levels(study, book, name, metric, ways))]
    if not figures:
        return None
    key, title = f"{name}-paraphrases", f"{benchmark_title(study, name)}, paraphrase by paraphrase"
    measured = any(book.interval(number) for figure in figures for number in figure.numbers())
    grid = _grid(study, book, name, ways)
    return Section(key, title, CAPTION, figures, interval=measured, grid=grid, side_by_side=True)


def _levels(study: Study, book: Book, benchmark: str, metric: str, ways: list[Asked]) -> Figure | None:
    """A metric at both ends of every arm; None without any number."""
    labels, traces = [f"{space_title(space)}, {paraphrase_title(way)}" for space, way in ways], []
    for arm, at in ends(study):
        points = [(0.0, ids.cell(metric, benchmark, arm, at, detail(*way))) for way in ways]
        for trace in dots(book, points, arm_colours(study)[arm], labels, FORM):
            trace["marker"]["symbol"] = "circle-open" if at == "base" else "circle"
            traces.append({**trace, "name": arm_title(study, arm), "legendrank": 1})
    if not traces:
        return None
    height = 90 + 26 * len(ways)
    shape = layout(axis(axis_title(metric)), axis("", autorange="reversed"), height=height)
    return Figure(f"paraphrases-{benchmark}-{metric}", by_item.title(metric), traces, shape)


def _grid(study: Study, book: Book, benchmark: str, ways: list[Asked]) -> Grid | None:
    """Of every pair of compared arms what each has and the difference, first − second."""
    rows = [
        GridRow(
            (both.minus, space_title(way[0]), paraphrase_title(way[1])),
            tuple(number for metric in MEASURES for number in _numbers(study, both, metric, benchmark, way)),
        )
        for both in comparisons(study)
        for way in ways
    ]
    kept = [row for row in rows if any(number in book for number in row.numbers)]
    heads = [f"{spaced(metric)}, {column}" for metric in MEASURES for column in COLUMNS]
    words, forms = "Compared arms, paraphrase by paraphrase", (*COLUMNS.values(),) * len(MEASURES)
    return Grid(words, ("compared", "answer space", "asked as", *heads), kept, forms) if kept else None


def _numbers(study: Study, both: Comparison, metric: str, benchmark: str, way: Asked) -> list[str]:
    """Ids of what stands under `COLUMNS`."""
    first, second = (
        ids.cell(metric, benchmark, study.evaluated_in(arm, at), at, detail(*way))
        for arm, at in zip(both.pair, both.at, strict=True)
    )
    return [second, first, ids.difference(metric, benchmark, both.pair, both.checkpoint, detail(*way))]
