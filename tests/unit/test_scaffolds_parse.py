r"""Scaffolds read back what they compose, and judge structure as the recipe does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wideband import scaffolds

WORDS = (
    st.text(st.characters(codec="utf-8", exclude_characters="<>\\{}"), min_size=1).map(str.strip).filter(bool)
)
BRACED = st.recursive(WORDS, lambda inner: inner.map(lambda text: f"\\frac{{{text}}}{{2}}"), max_leaves=3)

PARSED = [
    # scaffold, completion, body, answer, tag_valid
    ("panel", "<mutipersonaDebate>A: 2\nB: 3</mutipersonaDebate><answer>5</answer>", "A: 2\nB: 3", "5", True),
    ("panel", "<mutipersonaDebate> a </mutipersonaDebate>\n<answer> 5", "a", "5", True),
    ("panel", "<multipersonaDebate>a</multipersonaDebate><answer>5</answer>", None, "5", False),
    ("panel", "<think>a</think><answer>5</answer>", None, "5", False),
    ("think", "<think>a</think><answer>5</answer> and more", "a", "5", True),
    ("think", "<think>a</think> so <answer>5</answer>", "a", "5", True),
    ("think", "<think>   </think><answer>5</answer>", None, "5", False),
    ("think", "<think>a</think><answer> \n </answer>", "a", None, False),
    ("think", "<think>a</think><answer>", "a", None, False),
    ("think", "<think>a</think>", "a", None, False),
    ("think", "<answer>5</answer><think>a</think>", "a", "5", False),
    ("think", "<think>a <answer>5", None, "5", False),
    ("think", "<think>a <answer>4</answer> b</think><answer>5</answer>", "a <answer>4</answer> b", "5", True),
    ("think", "<think>a <answer>4</answer> b</think>", "a <answer>4</answer> b", "4", False),
    ("think", "", None, None, False),
    ("ssot", "<random_string>x9</random_string><thinking>a</thinking><answer>5", "a", "5", True),
    ("ssot", "<random_string>x<answer>4</answer></random_string> a <answer>5</answer>", "a", "5", True),
    ("ssot", "<random_string>x9</random_string>\n<answer>\n5\n</answer>", "5", "5", True),
    ("ssot", "<random_string>x9\n<thinking>a</thinking>\n<answer>5</answer>", "a", "5", False),
    ("ssot", "<answer>5</answer><random_string>x9</random_string>", "5", "5", False),
    ("ssot", "<random_string> </random_string><answer>5</answer>", "5", "5", False),
    ("ssot", "<random_string>x9k<answer", None, None, False),
    ("ssot", "Sure: <answer>5</answer>", "Sure:", "5", False),
    ("plain", "2 + 3 is 5 <answer>5", "2 + 3 is 5", "5", True),
    ("plain", "<answer>5</answer>", None, "5", True),
    ("plain", "it is 5", "it is 5", None, False),
    ("thinking_native", "<think>\na\n</think>\n\nSo \\boxed{\\frac{1}{2}}.", "a", r"\frac{1}{2}", True),
    ("thinking_native", "a \\boxed{1}</think> \\boxed{2} or \\boxed{3}", "a \\boxed{1}", "2, 3", True),
    ("thinking_native", "<think>a \\boxed{1}</think> no box", "a \\boxed{1}", None, False),
    ("thinking_native", "<think>a \\boxed{1} and on", None, "1", False),
    ("thinking_native", "<think></think>\\boxed{1}", None, "1", False),
    ("think_suppressed", "<answer>5</answer>", None, "5", True),
    ("think_suppressed", "2 + 3 is 5 <answer>5", "2 + 3 is 5", "5", True),
    ("thinking_suppressed", "Adding gives \\boxed{5}.", "Adding gives", "5", True),
    ("thinking_suppressed", "\\boxed{5}", None, "5", False),
    ("thinking_suppressed", "no box", "no box", None, False),
]


@pytest.mark.parametrize(("name", "completion", "body", "answer", "valid"), PARSED)
def test_a_completion_is_read_as_the_recipe_reads_it(name, completion, body, answer, valid) -> None:
    assert scaffolds.get(name).parse(completion) == scaffolds.Parsed(body, answer, valid)


# Direct answers have no working before them.
WORKED = [name for name, scaffold in scaffolds.SCAFFOLDS.items() if not scaffold.direct]


@pytest.mark.parametrize("name", WORKED)
@given(body=WORDS, answer=BRACED)
def test_what_is_composed_is_read_back(name, body, answer) -> None:
    scaffold = scaffolds.get(name)
    document = scaffold.compose(body, answer)
    assert scaffold.parse(document) == scaffolds.Parsed(body, answer, True)
    for stop in scaffold.stop:
        assert document.endswith(stop)
        assert scaffold.parse(document.removesuffix(stop)) == scaffold.parse(document)


@pytest.mark.parametrize("name", WORKED)
def test_a_malformed_document_lacks_one_part(name) -> None:
    scaffold = scaffolds.get(name)
    without_answer = scaffold.parse(scaffold.compose("a", "5", "no_answer"))
    without_body = scaffold.parse(scaffold.compose("a", "5", "no_body"))
    assert without_answer == scaffolds.Parsed("a", None, False)
    assert without_body == scaffolds.Parsed(None, "5", isinstance(scaffold, scaffolds.Plain))


@pytest.mark.parametrize(
    ("completion", "answer", "rest"),
    [
        ("kiwi", "kiwi", None),
        ("\n \n kiwi \n\n", "kiwi", None),
        ("kiwi\nIt is green.\nAnd sour.", "kiwi", "It is green.\nAnd sour."),
        ("kiwi, or apple", "kiwi, or apple", None),
        (" \n ", None, None),
        ("", None, None),
    ],
)
def test_a_direct_answer_is_the_first_line_and_what_follows_it_is_told(completion, answer, rest) -> None:
    found = scaffolds.get("direct").parse(completion)
    assert found == scaffolds.Parsed(None, answer, answer is not None, rest)
    assert scaffolds.get("direct").compose("a", "kiwi") == "kiwi"


def test_examples_are_asked_and_answered_as_the_scaffold_wants_it() -> None:
    turns = ["a metal", "gold"]
    assert scaffolds.get("direct").text("{problem}\n", "a fruit", turns) == "a metal\ngold\n\na fruit\n"
    asked = scaffolds.get("think").text("User: {problem} Answer: ", "a fruit", turns)
    assert asked == "User: a metal Answer: <answer>gold</answer>\n\nUser: a fruit Answer: "


@given(st.text())
def test_no_text_breaks_a_parser(text) -> None:
    for scaffold in scaffolds.SCAFFOLDS.values():
        parsed = scaffold.parse(text)
        assert parsed.answer is not None or not parsed.tag_valid


def test_a_prompt_keeps_the_braces_of_latex() -> None:
    prompt = scaffolds.get("think").render("User: {problem} {x}", r"\frac{1}{2}")
    assert prompt == r"User: \frac{1}{2} {x}"


def test_a_template_without_the_problem_is_refused() -> None:
    with pytest.raises(ValueError, match=r"'panel' has no \{problem\}"):
        scaffolds.get("panel").render("User: ", "1 + 1")


def test_an_unknown_scaffold_suggests_the_nearest() -> None:
    with pytest.raises(ValueError, match=r"unknown scaffold 'pannel'.*did you mean 'panel'"):
        scaffolds.get("pannel")


def test_special_tags_are_the_recipes() -> None:
    assert set(scaffolds.SPECIAL_TAGS) == {
        "<mutipersonaDebate>",
        "</mutipersonaDebate>",
        "<think>",
        "</think>",
        "<answer>",
        "</answer>",
    }


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        (r"\boxed{1} then \boxed{\sqrt{2}}", r"\sqrt{2}"),
        (r"\boxed{a} then \boxed{b", "a"),
        (r"\boxed {\{1, 2\}}", r"\{1, 2\}"),
        (r"\boxed{\{1}", r"\{1"),
        (r"\boxed{ }", None),
        ("42", None),
    ],
)
def test_the_last_balanced_box_is_taken(text, answer) -> None:
    assert scaffolds.boxed_answer(text) == answer


def test_a_flood_of_open_boxes_takes_one_pass() -> None:
    assert scaffolds.boxed_answer("\\boxed{" * 200_000 + "7}") == "7"


AROUND = [
    # scaffold, completion, before the first answer, after it
    ("free", "3 + 4 = 7\n#### 7\nNext: 8 + 9?\n#### 17", "3 + 4 = 7\n", "Next: 8 + 9?\n#### 17"),
    ("free", "3 + 4 = 7\n#### 7\n \n", "3 + 4 = 7\n", ""),
    ("free", "3 + 4 <answer>7</answer> and more", "3 + 4 ", "and more"),
    ("free", "3 + 4, so $\\boxed{7}$.\nNext: 5", "3 + 4, so $", "Next: 5"),
    ("free", "<think>1</think>3 + 4. The answer is 7.\nAgain", "<think>1</think>3 + 4. The ", "Again"),
    ("free", "no answer, 3 + 4", "no answer, 3 + 4", ""),
    ("free", "<think>never ends, answer: 4", "<think>never ends, answer: 4", ""),
    ("thinking_native", "<think>\\boxed{1}</think>so \\boxed{2}.\n\n3", "<think>\\boxed{1}</think>so ", "3"),
    ("thinking_native", "<think>a \\boxed{1}\nand on", "<think>a ", "and on"),
    ("direct", "\n 7\n\nPick another: 8", "", "Pick another: 8"),
    ("direct", "7", "", ""),
    ("direct", "  ", "", ""),
]  # fmt: skip


@pytest.mark.parametrize(("name", "completion", "before", "after"), AROUND)
def test_what_stands_around_the_first_answer_is_told_apart(name, completion, before, after) -> None:
    assert scaffolds.get(name).around(completion) == (before, after)


def test_scaffolds_that_end_completions_at_their_answer_have_nothing_after_it() -> None:
    for scaffold in scaffolds.SCAFFOLDS.values():
        if not scaffold.open_ended:
            assert scaffold.stop
            with pytest.raises(scaffolds.ScaffoldError, match="ends completions at their answer"):
                scaffold.around("5")


def test_an_answer_is_found_however_its_letters_are_written() -> None:
    for said in ("THE ANSWER IS 8.", "the an\u017fwer is 8.", "Answer: 8"):
        assert scaffolds.get("free").parse(said).answer == "8"
