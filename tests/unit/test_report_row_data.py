"""Tables under figures: written out in a small report, data for a script in a large one; the same numbers."""

from pathlib import Path

import pytest
from report_manifests import SMALL

from wideband.report import build_site, row_data
from wideband.report.cards import FILE, read_cards
from wideband.report.figures.layout import Grid, GridRow, Section
from wideband.report.occurrences import Occurrence, occurrences
from wideband.report.read_page import Page
from wideband.report.row_data import many_rows, table_numbers

PAGES = ("passk", "diversity", "cost", "learning")


def test_only_a_page_with_very_many_rows_hands_them_over_as_data() -> None:
    def section(rows: int) -> Section:
        grid = Grid("", ("", ""), [GridRow(("a",), ("x",))] * rows, ".3f")
        return Section("a", "", "", grid=grid)

    assert not many_rows([section(row_data.MOST - 1), section(1)])
    assert many_rows([section(row_data.MOST), section(1)])


@pytest.fixture
def late(small_results: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The site of the small results as if they were many."""
    monkeypatch.setattr(row_data, "MOST", 0)
    build_site(SMALL, small_results, tmp_path / "late")
    return tmp_path / "late"


@pytest.mark.parametrize("name", PAGES)
def test_data_and_page_say_the_same_of_every_number(small_results: Path, late: Path, name: str) -> None:
    written, data = (
        Page((folder / f"{name}.html").read_text()) for folder in (small_results / "report", late)
    )
    told = sorted(cell for table in data.tables for cell in table_numbers(table[1]) if cell[3])
    shown = sorted(
        (
            each.attributes["data-number"],
            each.attributes.get("data-part", "value"),
            each.attributes.get("data-format", ""),
            each.text,
        )
        for each in written.bound
        if "data-number" in each.attributes
    )
    assert told
    # The form of an n is said nowhere in a page.
    assert [(a, b, "" if b == "n" else c, d) for a, b, c, d in told] == shown


def test_cards_lead_to_the_same_places(small_results: Path, late: Path) -> None:
    places = [
        {name: card["shown"] for name, card in read_cards((folder / FILE).read_text())["numbers"].items()}
        for folder in (small_results / "report", late)
    ]
    assert places[0] == places[1]


def test_a_number_of_a_table_alone_is_shown_there() -> None:
    grid = Grid("", ("", ""), [GridRow(("a",), ("x", "y"))], ".3f")
    found = occurrences({"a.html": "<p>"}, {"a.html": [Section("here", "", "", grid=grid)]})
    assert found == {name: [Occurrence("a.html", "here")] for name in ("x", "y")}
