"""Instructions that rules verify: each check kept and broken, and verdicts of whole answers."""

import time
from pathlib import Path

import pandas as pd
import pytest
from data_folders import benchmark_files
from metric_tables import rollouts, verdicts

from wideband import instructions
from wideband.config.data import Data, Slice
from wideband.config.evaluation import Grading
from wideband.data import sources
from wideband.grading import grade_rollouts
from wideband.instructions import CHECKS, InstructionError

# The check, what it is told, a text that follows it and one that does not.
KEPT: list[tuple[str, dict, str, str]] = [
    ("keywords:existence", {"keywords": ["Time", "sea"]}, "The seaside in TIME", "The time"),
    ("keywords:frequency", {"keyword": "a.b", "frequency": 2, "relation": "at least"}, "a.b A.B", "a.b axb"),
    ("keywords:forbidden_words", {"forbidden_words": ["cat"]}, "A category.", "My Cat."),
    (
        "keywords:letter_frequency",
        {"letter": "e", "let_frequency": 3, "let_relation": "less than"},
        "Even",
        "Eleven",
    ),
    (
        "length_constraints:number_sentences",
        {"num_sentences": 3, "relation": "at least"},
        "One. Two! And three?",
        "One... and two.",
    ),
    ("length_constraints:number_paragraphs", {"num_paragraphs": 2}, "One\n***\nTwo", "One\n***\n***\nTwo"),
    (
        "length_constraints:number_words",
        {"num_words": 3, "relation": "less than"},
        "Just two",
        "Now, three words",
    ),
    (
        "length_constraints:nth_paragraph_first_word",
        {"num_paragraphs": 2, "nth_paragraph": 2, "first_word": "Then"},
        'First.\n\n"then, more',
        "First.\n\nNow",
    ),
    ("detectable_content:number_placeholders", {"num_placeholders": 2}, "[name] at [place]", "[name"),
    ("detectable_content:postscript", {"postscript_marker": "P.P.S"}, "Bye.\np. p.s more", "Bye.\nP.S. more"),
    ("detectable_format:number_bullet_lists", {"num_bullets": 2}, "* one\n - two", "* one\n** two"),
    ("detectable_format:constrained_response", {}, "So: My answer is maybe.", "My answer is perhaps."),
    (
        "detectable_format:number_highlighted_sections",
        {"num_highlights": 2},
        "*a* and **b**",
        "*a* and ** **",
    ),
    (
        "detectable_format:multiple_sections",
        {"section_spliter": "Part", "num_sections": 2},
        "Part 1 a Part 2 b",
        "Part one Part 2",
    ),
    ("detectable_format:json_format", {}, '```json\n{"a": [1]}\n```', "{a: 1}"),
    ("detectable_format:title", {}, "<<A day>>\nText", "<< >>\nText"),
    ("combination:two_responses", {}, "One\n******\nTwo", "One\n******\nOne"),
    ("combination:repeat_prompt", {"prompt_to_repeat": "Say it."}, "say it. Well", "Well, say it."),
    ("startend:end_checker", {"end_phrase": "The end."}, 'So. "the end."', "The end. So"),
    ("startend:quotation", {}, '"All of it"', '"Some" of it'),
    (
        "change_case:capital_word_frequency",
        {"capital_frequency": 2, "capital_relation": "at least"},
        "A BIG day",
        "A big day",
    ),
    ("change_case:english_capital", {}, "ALL OF IT, 7!", "All OF IT"),
    ("change_case:english_lowercase", {}, "all of it, 7!", "All of it"),
    ("punctuation:no_comma", {}, "None; at all", "One, two"),
]
FLOOD = ("[" * 60_000, "<" * 60_000, "*" * 60_000, "\n" * 60_000, "." * 60_000, " p." * 20_000, "-'" * 30_000)


@pytest.mark.parametrize(("name", "told", "kept", "broken"), KEPT, ids=[each[0] for each in KEPT])
def test_a_check_tells_texts_that_follow_it_from_others(
    name: str, told: dict, kept: str, broken: str
) -> None:
    checks = instructions.read(instructions.written([(name, told)]))
    assert instructions.follows(kept, checks) and not instructions.follows(broken, checks)


def test_what_stands_between_highlighted_parts_is_none() -> None:
    highlights = CHECKS["detectable_format:number_highlighted_sections"]
    assert highlights("**bold** and *it*", num_highlights=2)
    assert not highlights("**bold** and *it*", num_highlights=3)


def test_lines_end_where_those_of_the_published_checks_do() -> None:
    assert CHECKS["detectable_format:title"]("<<A day\u2028at sea>>\nText")
    assert CHECKS["detectable_format:number_bullet_lists"]("* one\u2028- still one\r\n- two", num_bullets=2)


def test_every_check_is_tried_above() -> None:
    assert {name for name, *_ in KEPT} == set(CHECKS)


def test_no_text_keeps_a_check_busy() -> None:
    started = time.process_time()
    for name, told, *_ in KEPT:
        for text in FLOOD:
            CHECKS[name](text, **told)
    assert CHECKS["detectable_format:json_format"]("[" * 100_000) is False
    assert time.process_time() - started < 10


@pytest.mark.parametrize("mark", [" ", ".", "\n", " .", "[", "*"])
def test_every_check_reads_a_long_text_to_its_end(mark: str) -> None:
    """A check that looks at each place again for the rest of the text would not come back."""
    for name, told, *_ in KEPT:
        CHECKS[name](mark * 200_000, **told)
    assert CHECKS["length_constraints:number_sentences"](mark * 200_000, 2, "less than")


def test_unknown_checks_and_settings_are_refused_by_name() -> None:
    with pytest.raises(InstructionError, match=r"'punctuation:no_dots'.*known: keywords:existence"):
        instructions.written([("punctuation:no_dots", {})])
    with pytest.raises(InstructionError, match="does not understand"):
        instructions.written([("punctuation:no_comma", {"num": 3})])
    with pytest.raises(InstructionError, match="unknown relation"):
        instructions.written(
            [("length_constraints:number_words", {"num_words": 3, "relation": "__import__('os')"})]
        )
    for gold in ("", "no", "[]", '[["a"]]', "3"):
        with pytest.raises(InstructionError):
            instructions.read(gold)


def judged(problems: pd.DataFrame, texts: list[str], scaffold: str = "direct") -> pd.DataFrame:
    """Verdicts of the first problem's answers."""
    uid = problems["uid"].iloc[0]
    drawn = rollouts(verdicts({uid: [True] * len(texts)}), [1] * len(texts)).assign(completion=texts)
    return grade_rollouts(drawn, problems, scaffold, Grading(workers=1), 0.0)


def test_an_answer_is_right_where_it_follows_all_instructions_of_its_item() -> None:
    items = sources.built(Slice(source="instructed_prompts", split="test"), {}, 0)
    assert len(items) == 24 and items["uid"].is_unique and items["problem"].is_unique
    # No commas, lower case: the first item.
    found = judged(items, ["a river runs\nand runs", "a river, it runs", "A river runs", ""])
    assert found["correct"].tolist() == [True, False, False, False]
    assert found["status"].iloc[3] == "no_answer" and found["valid"].tolist() == [True, True, True, False]


def test_a_text_that_copies_the_gold_has_not_followed_it() -> None:
    items = sources.built(Slice(source="instructed_prompts", split="test"), {}, 0)
    assert not judged(items, [items["gold"].iloc[0], "not followed,"])["correct"].any()


def test_the_thoughts_of_an_answer_are_not_held_against_it() -> None:
    items = sources.built(Slice(source="instructed_prompts", split="test"), {}, 0)
    found = judged(
        items, ["<think>First, think</think><answer>a river runs", "<think>a</think>A, b"], "think"
    )
    assert found["correct"].tolist() == [True, False]


def test_prompts_of_ifeval_are_read_but_those_about_languages(tmp_path: Path) -> None:
    root = benchmark_files(tmp_path)
    frame = sources.load("ifeval", "test", Data(origin="local", root=str(root)))
    assert frame["uid"].tolist() == ["ifeval_7"]
    assert instructions.read(frame["gold"].iloc[0]) == [
        ("punctuation:no_comma", {}),
        ("length_constraints:number_words", {"num_words": 3, "relation": "less than"}),
    ]
    assert judged(frame, ["Two words", "Now, three words"])["correct"].tolist() == [True, False]
