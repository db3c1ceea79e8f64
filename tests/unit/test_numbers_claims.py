"""Claims: read from a file, judged against records."""

from pathlib import Path

import pytest

from wideband.numbers import NumberRecord
from wideband.numbers.claims import ClaimError, combined, judge, parse_claims, read_claims, read_files

COUNT = {"text": "So many tokens", "number": "train_tokens.total"}
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
    said = [(382, 0), (0.5, 0), (1652, 1), (15.6, 0.1), (0.9, 0.01), (2e-7, 1e-8)]
    forms = [parse_claims([COUNT | {"value": v, "tolerance": t}], "x")[0].form for v, t in said]
    assert forms == [",.0f", ",.1f", ",.0f", ",.1f", ",.2f", ",.8f"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("[1]", "claim 1: expected a mapping"),
        ("- {text: a, value: 1}", r"misses \['number'\]"),
        ("- {text: a, value: 1, number: x, sure: 1}", r"unknown keys \['sure'\]"),
        ("- {text: a, value: much, number: x}", "value must be a number, but is 'much'"),
        ("- {text: a, value: 1, number: null}", "without a number it must say what deciding it needs"),
        ("- {id: a, text: a, value: 1, number: x}\n" * 2, "claim id 'a' occurs twice"),
        ("- {id: ../a, text: a, value: 1, number: x}", "id '../a' has illegal characters"),
        ("- {text: a, value: 1, number: x, tolerance: -1}", "tolerance must not be negative, but is -1"),
        ("- {text: a, value: 1, number: x, tolerance: true}", "tolerance must be a number, but is True"),
        (f"- {{text: a, value: 1{'0' * 400}, number: x}}", "a whole number of more than 18 digits"),
        ("- {text: a, value: 1, number: x, direction: up}", "direction must be above or below, but is 'up'"),
        ("- {text: a, value: 1, number: x, direction: above, tolerance: 1}", "a direction has no tolerance"),
        ("- {text: a, value: true, number: x, direction: above}", "a direction has no tolerance and no yes"),
        (
            "- {text: a, value: 1, number: hit_rate.x.y.base}",
            "it must say its aggregator; a published hit_rate",
        ),
        (
            "- {text: a, value: 1, number: hit_rate.x.y.base, aggregator: sum}",
            "aggregator is 'sum'; a published",
        ),
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


WIDE = {
    "a fraction that may be anything": {"tolerance": 1.0},
    "most of the fractions": {"tolerance": 0.3},
    "from below zero": {"value": 0.9, "tolerance": 0.9},
    "twice or nothing": {"number": "train_tokens.total", "value": 50, "tolerance": 50},
    "a difference that may be anything": {"number": "gain.a.b.s-base", "value": 0, "tolerance": 1.5},
    "a p-value": {"number": "pass@1.diff.a-1.b-c.s.p_holm", "value": 0.9, "tolerance": 0.7},
    "yes or no": {"number": "band_at_start.pool.a.s", "value": True, "tolerance": 1},
    "above what it can be": {"direction": "above", "value": -0.5, "tolerance": 0},
}


@pytest.mark.parametrize("what", WIDE)
def test_a_claim_that_cannot_fail_is_refused_unless_it_says_why(what: str) -> None:
    with pytest.raises(ClaimError, match=r"claims, claim 1: .*(why_wide|leave it out|say something else)"):
        parse_claims([CLAIM | WIDE[what]], "claims")
    (claim,) = parse_claims([CLAIM | WIDE[what] | {"why_wide": "read off a plot"}], "claims")
    assert claim.why_wide == "read off a plot"


@pytest.mark.parametrize(
    "change",
    [
        {"tolerance": 0.2},
        {"number": "crossover.a.b-c.s", "value": 8, "tolerance": 4},
        {"number": "pass@1.diff.a.b-c.s.t", "value": 0, "tolerance": 2},
        {"number": "gain.a.b.s-base", "value": 0, "tolerance": 0.01},
        {"number": "gain.a.b.s-base", "value": 0, "tolerance": 0, "direction": "below"},
    ],
)
def test_a_claim_that_can_fail_is_taken(change: dict[str, object]) -> None:
    assert parse_claims([CLAIM | change], "claims")


def test_a_direction_is_a_claim_too() -> None:
    said = {"direction": "above", "value": 0.1, "tolerance": 0}
    assert verdict(0.2, **said) == ("VERIFIED", 0.2, "is above 0.1, as was said")
    assert verdict(0.1, **said)[0] == "CLAIM_CONTRADICTED"
    assert verdict(0.05, **said | {"direction": "below"})[0] == "VERIFIED"


def test_a_claim_of_another_aggregator_is_not_decided_by_the_number() -> None:
    number = "token_ratio.a.b-c.s.both"
    made = NumberRecord(number, 2.0, "ratio", None, 12, "cost.token_ratio", {}, None, (), "")
    said = {"number": number, "value": 2, "tolerance": 0.1, "aggregator": "median over problems"}
    (claim,) = parse_claims([CLAIM | said], "claims")
    found = judge(claim, {number: made})
    assert found.status == "CLAIM_UNSUPPORTED"
    assert found.reason == f"was said of the median over problems, but {number} is the median over draws"
    (claim,) = parse_claims([CLAIM | said | {"aggregator": "median over draws"}], "claims")
    assert judge(claim, {number: made}).status == "VERIFIED"


def claims_file(folder: Path, name: str, text: str) -> None:
    (folder / "config/claims").mkdir(parents=True, exist_ok=True)
    (folder / "config/claims" / name).write_text(text)


def test_claims_are_read_from_all_files_about_their_study(tmp_path: Path) -> None:
    claims_file(tmp_path, "a.yaml", "- {id: one, text: One., number: x, value: 1}\n")
    claims_file(tmp_path, "more.yaml", "study: a\nclaims:\n  - {id: two, text: Two., number: x, value: 1}\n")
    claims_file(tmp_path, "b.yaml", "study: b\nclaims: []\n")
    claims_file(tmp_path, "torn.yaml", "[")
    found = read_files("a", tmp_path)
    assert [(file, claim.id) for file, claim in found] == [
        ("config/claims/a.yaml", "one"),
        ("config/claims/more.yaml", "two"),
    ]
    assert read_files("b", tmp_path) == []
    assert read_files("a", tmp_path / "nowhere") == []
    with pytest.raises(ClaimError, match=r"torn\.yaml, line 1: not valid YAML"):
        read_files("torn", tmp_path)


def test_an_id_names_one_claim_of_a_study(tmp_path: Path) -> None:
    for name in ("a.yaml", "more.yaml"):
        claims_file(tmp_path, name, "study: a\nclaims:\n  - {id: one, text: One., number: x, value: 1}\n")
    with pytest.raises(
        ClaimError, match=r"more\.yaml: claim id 'one' occurs twice, in config/claims/a\.yaml too"
    ):
        read_files("a", tmp_path)


PARTS = {
    "id": "a12",
    "text": "How many are higher, lower",
    "note": "So they said.",
    "parts": [
        {"text": "higher", "value": 0.5, "tolerance": 0.01, "number": "pass@1.x"},
        {"text": "lower", "value": 7, "number": None, "needs": "the rest"},
    ],
}


def test_several_values_of_one_sentence_are_parts_with_ids_of_their_own() -> None:
    first, second = parse_claims([PARTS], "claims")
    assert [first.id, second.id] == ["a12.1", "a12.2"]
    assert {first.statement_id, second.statement_id} == {"a12"}
    assert (first.whole_text, first.whole_note, first.text) == (PARTS["text"], PARTS["note"], "higher")
    assert "whole_note" not in first.statement and first.statement["whole"] == "a12"


@pytest.mark.parametrize(
    ("found", "status"),
    [
        (["VERIFIED", "VERIFIED"], "VERIFIED"),
        (["VERIFIED", "CLAIM_UNSUPPORTED"], "CLAIM_UNSUPPORTED"),
        (["CLAIM_UNSUPPORTED", "CLAIM_CONTRADICTED", "VERIFIED"], "CLAIM_CONTRADICTED"),
        (["CLAIM_CONTRADICTED", "CLAIM_EDITED"], "CLAIM_EDITED"),
    ],
)
def test_a_whole_holds_if_all_its_parts_do(found: list[str], status: str) -> None:
    assert combined(found) == status


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"parts": []}, "a claim with parts has only id, text, parts, note and a list of parts"),
        ({"value": 1}, "a claim with parts has only id, text, parts, note"),
        ({"parts": [{**PARTS["parts"][0], "id": "b"}]}, "part 1: parts are numbered; leave its id out"),
        ({"parts": [{"text": "x", "value": 1}]}, r"part 1: misses \['number'\]"),
        ({"parts": ["x"]}, "part 1: expected a mapping"),
        ({"text": ""}, "text must be text"),
        ({"id": 12}, "id must be text"),
    ],
)
def test_parts_that_make_no_sense_are_errors(changes: dict[str, object], said: str) -> None:
    with pytest.raises(ClaimError, match=f"claims, claim 1.*{said}"):
        parse_claims([{**PARTS, **changes}], "claims")


def test_a_part_and_another_claim_may_not_have_one_id() -> None:
    for other in ("a12", "a12.2"):
        with pytest.raises(ClaimError, match=f"claim id '{other}' occurs twice"):
            parse_claims([PARTS, CLAIM | {"id": other}], "claims")
