"""Claims: read from a file, judged against records."""

from pathlib import Path

import pytest

from wideband.numbers import NumberRecord
from wideband.numbers.claims import ClaimError, judge, parse_claims, read_claims

CLAIM = {"id": "c1", "text": "Half is solved", "value": 0.5, "tolerance": 0.01, "number": "pass@1.x"}


def record(value: float | None) -> dict[str, NumberRecord]:
    """Records with one number."""
    made = NumberRecord("pass@1.x", value, "fraction", None, 12, "passk.mean", {}, None, (), "")
    return {made.id: made}


def verdict(found: float | None, **changes: object) -> tuple[str, float | None, str]:
    """What is said of one claim when its number has this value."""
    judged = judge(parse_claims([CLAIM | changes], "claims")[0], record(found))
    return judged.status, judged.recomputed, judged.reason


@pytest.mark.parametrize(
    ("value", "status"),
    [(0.5, "VERIFIED"), (0.51, "VERIFIED"), (0.49, "VERIFIED"), (0.5101, "CLAIM_CONTRADICTED")],
)
def test_a_claim_holds_within_its_tolerance(value: float, status: str) -> None:
    assert verdict(value)[:2] == (status, value)


def test_a_contradicted_claim_says_by_how_much() -> None:
    assert verdict(0.75)[2] == "differs from what was said by 0.25, more than 0.01"


def test_a_claim_without_its_number_is_unsupported() -> None:
    assert verdict(0.5, number=None, needs="the texts") == ("CLAIM_UNSUPPORTED", None, "needs the texts")
    assert verdict(0.5, number="pass@2.x")[2] == "this study has no number pass@2.x"
    assert verdict(None)[2] == "pass@1.x is undefined on this study's tables (n = 12)"


def test_that_something_is_so_is_a_claim_too() -> None:
    assert verdict(1.0, value=True, tolerance=0)[0] == "VERIFIED"
    assert verdict(0.0, value=True, tolerance=0)[0] == "CLAIM_CONTRADICTED"


def test_values_are_printed_as_closely_as_they_were_said() -> None:
    forms = [parse_claims([CLAIM | {"tolerance": t}], "x")[0].form for t in (0, 1, 0.1, 0.001)]
    assert forms == [",.0f", ",.0f", ",.1f", ",.3f"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("[1]", "claim 1: expected a mapping"),
        ("- {text: a, value: 1}", r"misses \['number'\]"),
        ("- {text: a, value: 1, number: x, sure: 1}", r"unknown keys \['sure'\]"),
        ("- {text: a, value: much, number: x}", "value must be a number, but is 'much'"),
        ("- {text: a, value: 1, number: null}", "without a number it must say what deciding it needs"),
        ("- {id: a, text: a, value: 1, number: x}\n" * 2, "claim id 'a' occurs twice"),
        ("text", "a claims file is a list"),
        ("[", "not valid YAML"),
    ],
)
def test_a_broken_file_of_claims_is_named(tmp_path: Path, content: str, said: str) -> None:
    path = tmp_path / "claims.yaml"
    path.write_text(content)
    with pytest.raises(ClaimError, match=said) as error:
        read_claims(path)
    assert str(path) in str(error.value)


def test_a_file_of_claims_may_name_its_study(tmp_path: Path) -> None:
    path = tmp_path / "claims.yaml"
    path.write_text("study: x\nclaims:\n- {text: a, value: 1, number: x}\n")
    (claim,) = read_claims(path)
    assert (claim.id, claim.value, claim.tolerance) == ("1", 1.0, 0.0)
