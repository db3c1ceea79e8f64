"""How the report prints numbers."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wideband.report.formats import fitted, in_points, render, render_interval, unit


@pytest.mark.parametrize(
    ("value", "form", "text"),
    [
        (0.1234, ".1%", "12.3%"),
        (-0.05, "+.1%", "−5.0%"),
        (0.05, "+.1%", "+5.0%"),
        (-0.0003, "+.2f", "0.00"),
        (0.1034, "+.1pp", "+10.3"),
        (-0.059, "+.0pp", "−6"),
        (12345.6, ",.0f", "12,346"),
        (None, ".1%", "–"),
        (math.nan, ".1%", "–"),
        (math.inf, ".1f", "∞"),
        (0.0004, "p", "< 0.001"),
        (0.04, "p", "0.040"),
        (1.17e-8, ".2e", "1.17×10⁻⁸"),
        (-2.0e-12, "+.1e", "−2.0×10⁻¹²"),
        (0.0, "+.1e", "0.0"),
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


@pytest.mark.parametrize(
    ("form", "ends", "due"),
    [
        ("+.1pp", (-0.131, 0.009), "+.1pp"),
        (".1%", (0.33, 0.54), ".0%"),
        (".1%", (0.0167, 0.0365), ".2%"),
        (".3f", (0.3180, 0.3351), ".4f"),
        (",.0f", (46.2, 53.5), ",.1f"),
        (",.0f", (11_544, 13_148), ",.0f"),
        (".3f", (0.0, 0.1992), ".2f"),
        (".3f", None, ".3f"),
        (".1f", (80.0, math.inf), ".1f"),
        (".1f", (2.0, 2.0), ".1f"),
        ("p", (0.0, 1.0), "p"),
        (".3f", (1.0e-8, 1.4e-8), ".2e"),
        ("+.3f", (-3.0e-9, 4.0e-9), "+.1e"),
        (".3f", (0.0, 2.0e-4), ".5f"),
    ],
)
def test_a_number_is_rounded_to_two_digits_of_half_its_interval(
    form: str, ends: tuple[float, float] | None, due: str
) -> None:
    assert fitted(form, ends) == due


def test_a_difference_of_rates_is_in_points() -> None:
    assert [in_points(form) for form in (".1%", ".3f")] == ["+.1pp", "+.3f"]
    assert [unit(form) for form in ("+.1pp", "+.3f")] == [" points", ""]


@given(st.floats(-1e6, 1e6))
def test_a_printed_number_reads_back_as_the_number(value: float) -> None:
    assert float(render(value, ".3f").replace("−", "-")) == pytest.approx(value, abs=5.001e-4)
