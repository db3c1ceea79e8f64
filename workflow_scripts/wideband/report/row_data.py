"""Tables under figures as data: on a page with very many of their rows, each is drawn when it is opened.

Written out, they would be most of a large study's site, since every cell names its number, form and card.
`assets/tables.js` draws the same cells from columns, in which what repeats is written once.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from .book import Book
from .columns import folded, unfolded
from .described import form_of
from .figures.layout import DataRow, Grid, Section
from .formats import fitted, render, render_interval, unit

# Rows of tables under figures that a page has written out.
MOST = 1000
# A kind and its values: `word`; `id` and `form` of a number; and its `value`, `ci`, `n`, `unit` as printed.
Column = tuple[str, Any]
# Columns that share a cell, cell by cell. A cell without an id is of the number before it.
Cells = list[list[Column]]
PRINTED = ("value", "ci", "n")


def many_rows(sections: Sequence[Section]) -> bool:
    """Whether the tables of a page have so many rows that they are handed over as data."""
    return sum(section.length() for section in sections) > MOST


def figure_data(rows: Sequence[DataRow], book: Book) -> Cells:
    """The table of a figure's points: curve, place, value, interval, n."""
    ids = [row.number for row in rows]
    *value, interval = _number(book, ids, [form_of(book.records[identity]) for identity in ids])
    counted = [str(book.n(identity)) for identity in ids]
    return [
        [_column("word", [row.series or row.place for row in rows])],
        [_column("word", [row.place if row.series else "" for row in rows])],
        [*value, _column("unit", [unit(form_of(book.records[identity])) for identity in ids])],
        [interval],
        [_column("n", counted)],
    ]


def grid_data(grid: Grid, book: Book) -> Cells:
    """The table of a section: words, then numbers, each with its interval."""
    words = [[_column("word", list(said))] for said in zip(*(row.words for row in grid.rows), strict=True)]
    numbers = zip(*(row.numbers for row in grid.rows), strict=True)
    return [*words, *(_number(book, ids, [grid.form_of(at)] * len(ids)) for at, ids in enumerate(numbers))]


def table_numbers(cells: Any) -> Iterator[tuple[str, str, str, str]]:
    """(id, part, form, text) of every number in a table that a page holds as data.

    Raises LookupError, TypeError, ValueError or AttributeError for what is no such table.
    """
    of: dict[str, list[Any]] = {}
    for kind, values in (column for columns in cells for column in columns):
        said = unfolded(values)
        of[kind] = said
        if kind in PRINTED:
            yield from zip(of["id"], [kind] * len(said), of["form"], said, strict=True)


def _number(book: Book, ids: Sequence[str], forms: Sequence[str]) -> list[Column]:
    ends = [book.interval(identity) for identity in ids]
    fit = [fitted(form, span) for form, span in zip(forms, ends, strict=True)]
    values = [render(book.value(identity), form) for identity, form in zip(ids, fit, strict=True)]
    intervals = [render_interval(span, form) if span else "" for span, form in zip(ends, fit, strict=True)]
    return [
        _column("id", list(ids)),
        _column("form", fit),
        _column("value", values),
        _column("ci", intervals),
    ]


def _column(kind: str, values: list[Any]) -> Column:
    return kind, folded(values)
