"""Generated problems: one right answer each, balanced, disjoint by construction, the same for one seed."""

import ast
import operator
import re
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wideband.data.generated import SPLITS, TIERS, evaluate, generate
from wideband.data.generated.buckets import split_of, text_digest

seeds = st.integers(0, 2**32)
tiers = st.sampled_from(sorted(TIERS))
splits = st.sampled_from(SPLITS)
MATH_SUBJECTS = {
    "Algebra",
    "Counting & Probability",
    "Geometry",
    "Intermediate Algebra",
    "Number Theory",
    "Prealgebra",
    "Precalculus",
}
STEPS_OF_MATH_LEVEL = {1: {1}, 2: {2}, 3: {2, 3}, 4: {3}, 5: {4}}
ARITHMETIC = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv}


@settings(max_examples=25, deadline=None)
@given(tiers, splits, seeds)
def test_gold_is_the_value_of_the_reevaluated_steps(tier, split, seed):
    for problem in generate(tier, split, 40, seed):
        assert problem.gold == str(evaluate(problem.steps)) == str(problem.steps[-1].value)
        assert 0 <= int(problem.gold) <= 150
        assert all(0 <= step.value <= 150 for step in problem.steps)


@settings(max_examples=15, deadline=None)
@given(tiers, seeds, seeds)
def test_splits_share_no_problem_whatever_their_seeds(tier, one, two):
    texts = [
        {text_digest(p.problem) for p in generate(tier, split, 80, seed)}
        for split, seed in zip(SPLITS, (one, two, one, two), strict=True)
    ]
    assert len(set().union(*texts)) == sum(map(len, texts)) == 80 * len(SPLITS)


def test_the_split_of_a_text_ignores_case_and_spacing():
    assert text_digest("What is 3 + 4?") == text_digest("what  is 3+4?")
    shares = Counter(split_of(text_digest(f"problem {index}")) for index in range(4000))
    assert {split: round(count / 4000, 1) for split, count in shares.items()} == {
        "corpus": 0.4,
        "train": pytest.approx(0.25, abs=0.06),
        "test": pytest.approx(0.15, abs=0.06),
        "pool": 0.2,
    }


@settings(max_examples=10, deadline=None)
@given(tiers, splits, seeds)
def test_the_same_seed_gives_the_same_problems_and_a_longer_list_starts_with_the_shorter(tier, split, seed):
    problems = generate(tier, split, 60, seed)
    assert problems == generate(tier, split, 60, seed)
    assert problems[:25] == generate(tier, split, 25, seed)


def test_another_seed_gives_other_problems():
    one, two = ({p.uid for p in generate("math", "train", 200, seed)} for seed in (1, 2))
    assert len(one & two) < 60


def test_uids_are_unique_and_name_tier_and_split():
    problems = generate("olympiad", "pool", 300, 5)
    assert len({p.uid for p in problems}) == len({text_digest(p.problem) for p in problems}) == 300
    assert all(re.fullmatch(r"gen_olympiad_pool_[0-9a-f]{12}", p.uid) for p in problems)


def test_gsm8k_levels_are_the_number_of_steps_in_equal_parts():
    problems = generate("gsm8k", "train", 100, 3)
    assert Counter(p.level for p in problems) == {1: 50, 2: 50}
    assert all(len(p.steps) == p.level and p.source == "gsm8k" for p in problems)


def test_math_is_balanced_over_subject_and_level_and_levels_rise_in_steps():
    problems = generate("math", "test", 350, 3)
    counts = Counter((p.subject, p.level) for p in problems)
    assert {subject for subject, _ in counts} == MATH_SUBJECTS
    assert len(counts) == 35 and set(counts.values()) == {10}
    assert all(len(p.steps) in STEPS_OF_MATH_LEVEL[p.level] and p.source == "math" for p in problems)


def test_olympiad_sources_are_balanced_and_rise_in_steps():
    problems = generate("olympiad", "pool", 160, 3)
    assert Counter(p.source for p in problems) == {"amc": 40, "olympiadbench": 40, "aime": 40, "hmmt": 40}
    steps = {"amc": 3, "olympiadbench": 4, "aime": 5, "hmmt": 6}
    assert all(len(p.steps) == steps[p.source] == p.level for p in problems)


@pytest.mark.parametrize(("tier", "least"), [("gsm8k", 28), ("math", 95), ("olympiad", 60)])
def test_texts_come_from_many_templates(tier, least):
    shapes = {_shape(p.problem) for p in generate(tier, "train", 1500, 9)}
    assert len(shapes) >= least


@pytest.mark.parametrize("tier", sorted(TIERS))
def test_texts_are_short_and_their_numbers_agree_with_their_nouns(tier):
    for problem in generate(tier, "train", 1500, 4):
        assert len(problem.problem.split()) <= 45
        assert not re.search(r"\b1 [a-z]{3,}s\b|[{}\[\]|]|  ", problem.problem), problem.problem
        assert problem.problem[-1] in "?."


@pytest.mark.parametrize("tier", sorted(TIERS))
def test_every_number_of_the_working_comes_from_the_text_or_is_a_known_constant(tier):
    constants = {1, 2, 3, 4, 10, 180}
    for problem in generate(tier, "pool", 700, 6):
        given_numbers = {int(number) for number in re.findall(r"\d+", problem.problem)} | constants
        for step in problem.steps:
            assert step.a_from is not None or step.a in given_numbers, problem
            assert step.b_from is not None or step.b in given_numbers, problem


def test_written_out_arithmetic_has_the_value_that_an_independent_evaluation_gives():
    problems = generate("math", "train", 1400, 8)
    asked = [(re.fullmatch(r"What is ([\d+*/() -]+)\?", p.problem), p.gold) for p in problems]
    checked = [(match.group(1), gold) for match, gold in asked if match]
    assert len(checked) > 50
    for expression, gold in checked:
        assert _value(ast.parse(expression, mode="eval").body) == int(gold), expression


def test_linear_equations_are_solved():
    checked = 0
    for problem in generate("math", "train", 1400, 8):
        match = re.fullmatch(r"(?:Solve|Find \w if) (\d*)\w ([+-]) (\d+) = (\d+)\.", problem.problem)
        if match:
            factor, sign, number, right = match.groups()
            left = int(factor or 1) * int(problem.gold) + int(sign + number)
            assert left == int(right), problem.problem
            checked += 1
    assert checked > 30


def test_an_unknown_tier_or_split_and_too_many_problems_are_named():
    with pytest.raises(ValueError, match="putnam/train"):
        generate("putnam", "train", 1, 0)
    with pytest.raises(ValueError, match="math/validation"):
        generate("math", "validation", 1, 0)


def test_there_are_problems_enough_for_a_study_ten_times_the_micro_one():
    assert len(generate("math", "test", 700, 1)) == 700
    assert len(generate("olympiad", "pool", 1600, 1)) == 1600


def _shape(text: str) -> str:
    return re.sub(r"\b[A-Z][a-z]{2,3}\b|\b[xytw]\b", "N", re.sub(r"\d+", "0", text))[:40]


def _value(node: ast.expr) -> float:
    if isinstance(node, ast.Constant):
        return node.value
    assert isinstance(node, ast.BinOp)
    return ARITHMETIC[type(node.op)](_value(node.left), _value(node.right))
