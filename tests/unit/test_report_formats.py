"""How the report prints numbers."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wideband.report.formats import render, render_interval


@pytest.mark.parametrize(
    ("value", "form", "text"),
    [
        (0.1234, ".1%", "12.3%"),
        (-0.05, "+.1%", "−5.0%"),
        (0.05, "+.1%", "+5.0%"),
        (-0.0003, "+.2f", "0.00"),
        (12345.6, ",.0f", "12,346"),
        (None, ".1%", "–"),
        (math.nan, ".1%", "–"),
        (math.inf, ".1f", "∞"),
        (0.0004, "p", "< 0.001"),
        (0.04, "p", "0.040"),
    ],
)
def test_values_are_printed_as_a_reader_expects(value: float | None, form: str, text: str) -> None:
    assert render(value, form) == text


def test_an_unbounded_interval_shows_where_it_is_open() -> None:
    assert render_interval((80.0, math.inf), ",.0f") == "[80, ∞]"
    assert render_interval(None, ",.0f") == "–"


def test_an_interval_of_some_width_is_not_printed_as_one_of_none() -> None:
    assert render_interval((0.0, 0.0004), ".1%") == "[0.00%, 0.04%]"
    assert render_interval((-0.0001, 0.0002), "+.1%") == "[−0.01%, +0.02%]"
    assert render_interval((80.1, 80.3), ",.0f") == "[80.1, 80.3]"
    assert render_interval((0.5, 0.5), ".1%") == "[50.0%, 50.0%]"


@given(st.floats(-1e6, 1e6))
def test_a_printed_number_reads_back_as_the_number(value: float) -> None:
    assert float(render(value, ".3f").replace("−", "-")) == pytest.approx(value, abs=5.0e-4)
