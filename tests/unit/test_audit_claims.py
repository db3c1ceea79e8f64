"""Claims: read from files, and held against numbers computed again."""

from pathlib import Path

import pytest

from wideband.audit.claims import judge, read
from wideband.numbers.claims import Claim

NUMBER = "pass@1.gsm8k_test.panel.base"


def verdict(value: float, tolerance: float, values: dict, codes: dict | None = None) -> tuple[str, str]:
    claim = Claim("some", text="It solves some.", number=NUMBER, value=value, tolerance=tolerance)
    (judged,) = judge([("config/claims/a.yaml", claim)], values, codes or {})
    return judged.verdict, judged.detail


def test_a_claim_within_its_tolerance_is_verified() -> None:
    assert verdict(0.62, 0.005, {NUMBER: 0.6249})[0] == "VERIFIED"
    assert verdict(0.62, 0.005, {NUMBER: 0.625})[0] == "VERIFIED"


def test_a_claim_beyond_it_is_contradicted_with_the_value_computed_again() -> None:
    found, detail = verdict(0.62, 0.005, {NUMBER: 0.5})
    assert found == "CLAIM_CONTRADICTED"
    assert "0.5" in detail


@pytest.mark.parametrize(
    ("values", "codes", "missing"),
    [
        ({}, {}, "no number"),
        ({NUMBER: None}, {}, "undefined"),
        ({NUMBER: 0.62}, {NUMBER: {"STALE_CODE"}}, "STALE_CODE"),
    ],
)
def test_a_claim_on_nothing_firm_is_unsupported(values: dict, codes: dict, missing: str) -> None:
    found, detail = verdict(0.62, 0.0, values, codes)
    assert found == "CLAIM_UNSUPPORTED"
    assert missing in detail


def write(folder: Path, name: str, text: str) -> None:
    (folder / "config/claims").mkdir(parents=True, exist_ok=True)
    (folder / "config/claims" / name).write_text(text)


def test_claims_are_read_for_their_study_alone(tmp_path: Path) -> None:
    write(tmp_path, "a.yaml", "study: a\nclaims:\n  - {text: One., number: x, value: 1}\n")
    write(tmp_path, "b.yaml", "study: b\nclaims: []\n")
    ((file, claim),) = read(tmp_path, "a")
    assert (file, claim.value, claim.tolerance) == ("config/claims/a.yaml", 1.0, 0.0)
    assert list(read(tmp_path, "b")) == []
    assert list(read(tmp_path / "nowhere", "a")) == []
