"""The pretraining corpus: worked solutions in every scaffold, a known share of them wrong or malformed."""

import re
from collections import Counter
from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wideband.data.generated import evaluate, generate
from wideband.data.generated.buckets import split_of, text_digest
from wideband.data.generated.corpus import documents
from wideband.data.generated.draws import Draws
from wideband.data.generated.mistakes import spoil
from wideband.data.generated.problem import apply
from wideband.scaffolds import get

N = 4000


@pytest.fixture(scope="module")
def corpus():
    return list(islice(documents(11, 0.3), N))


@pytest.mark.parametrize("rate", [0.0, 0.15, 0.5])
def test_the_share_of_wrong_documents_is_the_one_asked_for(rate):
    made = list(islice(documents(3, rate, scaffolds=("panel", "think")), N))
    assert sum(not d.correct for d in made) / N == pytest.approx(rate, abs=0.03)


def test_plain_answers_are_wrong_more_often(corpus):
    plain = [d for d in corpus if d.scaffold == "plain"]
    assert sum(not d.correct for d in plain) / len(plain) == pytest.approx(0.6, abs=0.06)


def test_correct_says_whether_the_answer_is_the_problems_gold(corpus):
    gold = {p.problem: p.gold for tier in ("gsm8k", "math") for p in generate(tier, "corpus", 3000, 2)}
    known = [d for d in corpus if d.problem in gold]
    assert len(known) > 100
    assert all(d.correct == (d.answer == gold[d.problem]) for d in known)


def test_every_problem_is_of_the_corpus_split(corpus):
    assert {split_of(text_digest(d.problem)) for d in corpus} == {"corpus"}


def test_documents_are_the_same_for_the_same_arguments(corpus):
    assert corpus == list(islice(documents(11, 0.3), N))
    assert corpus[:50] != list(islice(documents(12, 0.3), 50))


def test_worked_bodies_state_the_answer_and_stay_compact(corpus):
    for document in corpus:
        assert document.answer.isdigit()
        assert not set("<>{}") & set(document.body)
        if document.scaffold != "plain":
            assert document.answer in re.findall(r"\d+", document.body), document
            assert len(document.body.split()) <= 45


@pytest.mark.parametrize("scaffold", ["panel", "think"])
def test_bodies_have_many_surface_styles(corpus, scaffold):
    two_steps = [
        d.body for d in corpus if d.scaffold == scaffold and 2 <= len(re.findall("=| is ", d.body)) <= 4
    ]
    styles = Counter(re.sub(r"\d+", "0", re.sub(r"[A-Z]\w+:", "P:", body)) for body in two_steps)
    assert len(styles) >= 40
    assert max(styles.values()) < 0.15 * len(two_steps)


def test_malformed_documents_come_at_the_rate_asked_for():
    made = list(islice(documents(5, 0.3, malformed_rate=0.1), N))
    kinds = Counter(d.malformed for d in made)
    assert (kinds["no_answer"] + kinds["no_body"]) / N == pytest.approx(0.1, abs=0.02)
    assert kinds["no_body"] > 50
    assert not any(d.malformed for d in islice(documents(5, 0.3, malformed_rate=0), 500))


def test_only_the_scaffolds_asked_for_come():
    assert {d.scaffold for d in islice(documents(5, 0.3, scaffolds=("think",)), 100)} == {"think"}
    with pytest.raises(ValueError, match="thinking_native"):
        next(documents(5, 0.3, scaffolds=("thinking_native",)))


@settings(max_examples=30, deadline=None)
@given(st.sampled_from(["gsm8k", "math", "olympiad"]), st.integers(0, 2**32))
def test_a_spoiled_working_has_one_mistake_that_carries_through_to_a_wrong_answer(tier, seed):
    draws = Draws(seed, "test")
    for problem in generate(tier, "corpus", 40, seed):
        spoiled = spoil(problem.steps, draws)
        assert spoiled[-1].value != evaluate(problem.steps)
        assert sum(apply(s.op, s.a, s.b) != s.value for s in spoiled) <= 1
        for index, step in enumerate(spoiled):
            for value, origin in ((step.a, step.a_from), (step.b, step.b_from)):
                assert origin is None or (origin < index and spoiled[origin].value == value)


def test_direct_documents_are_an_answer_and_nothing_else():
    made = list(islice(documents(5, 0.3, scaffolds=("direct",)), 200))
    assert {d.body for d in made} == {""}
    said = {get("direct").compose(d.body, d.answer, d.malformed) for d in made if d.malformed is None}
    assert said == {d.answer for d in made if d.malformed is None}
