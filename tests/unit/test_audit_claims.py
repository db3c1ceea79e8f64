"""Claims: read from files, and held against numbers computed again."""

import argparse

import pytest

from wideband.audit.claims import judge
from wideband.cli import audit as audit_command
from wideband.cli import claims as claims_command
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


def test_a_claim_of_another_aggregator_is_unsupported() -> None:
    number = "hit_rate.gsm8k_test.panel.base"
    claim = Claim("c1", "It hits.", 0.5, 0.1, number, aggregator="mean over problems")
    (judged,) = judge([("config/claims/a.yaml", claim)], {number: 0.5}, {})
    assert (judged.verdict, judged.computed) == ("CLAIM_UNSUPPORTED", 0.5)
    assert judged.detail == f"was said of the mean over problems, but {number} is the share of all rollouts"


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


def test_paranoid_means_the_same_for_claims_as_for_the_audit() -> None:
    said = []
    for command in (claims_command, audit_command):
        parser = argparse.ArgumentParser()
        command.arguments(parser)
        said += [each.help for each in parser._actions if each.dest == "paranoid"]
    assert said[0] == said[1]
