"""Rows, groups and tables of the key numbers: ids of records by the place that they are shown in."""

from dataclasses import dataclass, field

from .book import Book
from .names import Comparison

# Rows of a benchmark in the short table.
MOST = 5


@dataclass(frozen=True)
class Row:
    """One quantity: the record of each arm, and of the comparison of two of them.

    `difference` is first − second, `ratio` second / first unless the label is marked; `p_value` is not
    adjusted, `p_adjusted` is, and its n is the size of the family. `of_pair`: the cells say something of both
    arms together. `main`: the row may stand in the short table.
    """

    label: str
    form: str
    cells: dict[str, str] = field(default_factory=dict)
    difference: str | None = None
    difference_form: str = ""
    ratio: str | None = None
    p_value: str | None = None
    p_adjusted: str | None = None
    of_pair: bool = False
    main: bool = False

    def shown(self) -> list[str]:
        """Every record that the row may show."""
        compared = (self.difference, self.ratio, self.p_value, self.p_adjusted)
        return [*self.cells.values(), *filter(None, compared)]

    def known(self, book: Book) -> bool:
        """Whether the study has any record of the row."""
        return any(identity in book for identity in self.shown())

    def compares(self, book: Book) -> bool:
        """Whether the study compares the two arms by this quantity."""
        return any(identity in book for identity in (self.difference, self.ratio) if identity)

    def first(self, book: Book) -> str | None:
        """The first record of the row that the study has."""
        return next((identity for identity in self.shown() if identity in book), None)


@dataclass(frozen=True)
class Group:
    """Rows under one heading."""

    title: str
    rows: list[Row]

    def counted(self, book: Book) -> str | None:
        """The record whose n stands in the heading: the first that is shown."""
        return next((first for row in self.rows if (first := row.first(book))), None)


@dataclass(frozen=True)
class Table:
    """Groups of rows with a column for each of `arms`, and those for their comparison, if any."""

    arms: list[str]
    both: Comparison | None
    groups: list[Group]

    def ratios(self, book: Book) -> bool:
        """Whether any row has a ratio."""
        return any(row.ratio in book for group in self.groups for row in group.rows if row.ratio)

    def columns(self, book: Book) -> int:
        """Label and arms; the difference, both of its p, and the ratio where there are some."""
        return 1 + len(self.arms) + ((3 + self.ratios(book)) if self.both else 0)

    def short(self) -> "Table":
        """The main rows of every group that has some, the first few; where there are no main rows, any."""
        of_all = [row for group in self.groups for row in group.rows]
        shown = [row for row in of_all if row.main] or of_all
        main = [
            Group(group.title, [row for row in group.rows if row in shown][:MOST]) for group in self.groups
        ]
        return Table(self.arms, self.both, [group for group in main if group.rows])

    def rest(self) -> "Table":
        """What the short table leaves out."""
        shown = [row for group in self.short().groups for row in group.rows]
        left = [Group(group.title, [row for row in group.rows if row not in shown]) for group in self.groups]
        return Table(self.arms, self.both, [group for group in left if group.rows])


def kept(groups: list[Group], book: Book) -> list[Group]:
    """Rows without any record are left out, and groups without any row."""
    known = [Group(group.title, [row for row in group.rows if row.known(book)]) for group in groups]
    return [group for group in known if group.rows]
