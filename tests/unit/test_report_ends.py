"""The pages of transfer and retention: there where a study has what they show, before and after training."""

from dataclasses import replace

import pytest

from wideband.config import Study
from wideband.numbers import NumberRecord
from wideband.numbers.study import planned
from wideband.report.book import Book
from wideband.report.figures import elsewhere, retention
from wideband.report.pages import RETENTION, TRANSFER, pages_of

ASKED = {"scaffold": "direct", "prompt": "config/prompts/direct.txt"}
SLICES = {
    "picks": {"source": "choice", "split": "train", "spaces": ["planet"]},
    "tales": {"source": "prompts", "split": "test", "kinds": ["places", "words"]},
    "novel": {"source": "novel_prompts", "split": "test"},
    "written": {"source": "written_questions", "split": "test"},
    "gsm8k_test": {"source": "gsm8k", "split": "test", "n": 8},
    "texts": {"source": "passages", "split": "test"},
}
STUDY = {
    "name": "carried",
    "title": "Carried over",
    "data": {"slices": SLICES},
    "base": {"kind": "pretrain", "name": "nano"},
    "arms": {
        "untrained": {**ASKED, "train": False},
        "seeded": {"policy": "untrained", "scaffold": "ssot", "prompt": "config/prompts/ssot.txt"},
        "taught": {**ASKED, "against": "untrained"},
    },
    "compare": [["seeded", "untrained"]],
    "stages": {"exact": {"method": "soft_target", "slice": "picks", "steps": 2, "groups": 1}},
    "benchmarks": {name: {"n": 4} for name in SLICES if name != "picks"},
}
RECORD = NumberRecord("", 0.5, "fraction", (0.4, 0.6), 8, "none", {}, None, (), "")


@pytest.fixture(scope="module")
def study() -> Study:
    return Study.model_validate(STUDY)


@pytest.fixture(scope="module")
def book(study: Study) -> Book:
    """Every number that the study has."""
    return Book({each.id: replace(RECORD, id=each.id) for each in planned(study)})


def points(sections: list) -> dict[str, set[str]]:
    return {part.key: {each for figure in part.figures for each in figure.numbers()} for part in sections}


def rows(sections: list) -> dict[str, list[tuple[str, ...]]]:
    return {part.key: [row.words for row in part.grid.rows] for part in sections if part.grid}


def test_open_prompts_and_written_questions_are_shown_before_and_after(study: Study, book: Book) -> None:
    found = points(elsewhere.sections(study, book))
    assert list(found) == ["tales-ends", "tales-kinds", "novel-ends", "written-ends"]
    for metric in ("first_tokens", "unique_answers", "top_answer_share"):
        assert {f"{metric}.tales.taught.{at}" for at in ("base", "exact")} <= found["tales-ends"]
    assert "first_tokens.tales.seeded.base" not in book
    assert "unique_answers.tales.seeded.base" in found["tales-ends"]
    assert "unique_answers.tales.taught.exact.words" in found["tales-kinds"]
    assert "utility_by_words.novel.taught.exact" in found["novel-ends"]
    written = {"sampled_variation", "variation_floor", "sampled_valid"}
    assert {f"{metric}.written.taught.exact" for metric in written} <= found["written-ends"]


def test_changes_are_paired_against_the_base_or_the_other_arm(study: Study, book: Book) -> None:
    found = rows(elsewhere.sections(study, book))
    assert ("taught", "exact − base") in found["tales-ends"]
    # Nothing is known of how an answer behind a random string begins.
    assert found["written-ends"] == [("taught", "exact − base"), ("seeded", "− untrained")]


def test_what_was_not_trained_on_is_retained_or_not(study: Study, book: Book) -> None:
    found = points(retention.sections(study, book))
    assert list(found) == ["gsm8k_test-retained", "texts-retained"]
    assert {"pass@1.gsm8k_test.taught.base", "pass@1.gsm8k_test.taught.exact"} <= found["gsm8k_test-retained"]
    assert {f"byte_perplexity.texts.taught.{at}" for at in ("base", "exact")} <= found["texts-retained"]
    (grid,) = (part.grid for part in retention.sections(study, book) if part.key == "gsm8k_test-retained")
    assert grid.rows[0].numbers[0] == "gain.gsm8k_test.taught.exact-base"


def test_the_pages_are_there_where_they_say_something(study: Study) -> None:
    assert {TRANSFER, RETENTION} <= set(pages_of(study, ()))
    slices = {**SLICES, "picks": {"source": "gsm8k", "split": "train", "n": 8}}
    stages = {"exact": {"slice": "picks", "steps": 2}}
    solved = {**STUDY, "data": {"slices": slices}, "stages": stages}
    # Where right answers are trained for, they are no retention.
    assert retention.benchmarks(Study.model_validate(solved)) == ["texts"]
    alone = {**solved, "benchmarks": {"gsm8k_test": {"n": 4}}}
    assert not {TRANSFER, RETENTION} & set(pages_of(Study.model_validate(alone), ()))
