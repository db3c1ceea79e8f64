"""The claims about the calibration paper: all are on file, and what decides them is planned."""

import csv
from pathlib import Path

import pytest

from wideband.config import load_study
from wideband.numbers.claims import read_claims
from wideband.numbers.study import planned

ROOT = Path(__file__).parents[2]
STUDY = "published-calibration"
DATA = ROOT.parent / "shared/data/calibration/claims.csv"


def test_every_claim_says_which_number_decides_it_or_what_it_would_take() -> None:
    claims = read_claims(ROOT / f"config/claims/{STUDY}.yaml")
    known = {request.id for request in planned(load_study(STUDY, ROOT))}
    assert {claim.number for claim in claims if claim.number} <= known
    assert all(claim.number or claim.needs for claim in claims)
    decided = {claim.statement_id for claim in claims if claim.number}
    assert decided == {"B04", "B05", "B06", "B09"}


@pytest.mark.skipif(not DATA.is_file(), reason="needs the list of claims")
def test_every_claim_that_was_collected_is_on_file() -> None:
    claims = read_claims(ROOT / f"config/claims/{STUDY}.yaml")
    collected = [row["id"] for row in csv.DictReader(DATA.open(encoding="utf-8"))]
    assert list(dict.fromkeys(claim.statement_id for claim in claims)) == collected
