"""Measures of texts, against plain computations over sets and pairs of outputs."""

import json
import math
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from metric_tables import embeddings, of, rollouts, verdicts
from pydantic import ValidationError
from tokenizers import Tokenizer

from wideband.config.evaluation import Entailment, Texts
from wideband.metrics import entailment_names, text_names
from wideband.metrics.contributions import distance_across, vendi_across
from wideband.metrics.diversity import usable
from wideband.metrics.embeddings import unit
from wideband.metrics.per_problem import MetricError
from wideband.metrics.text_tokens import encoded, packaged
from wideband.metrics.texts import texts_table

V = 50
WORDS = f"words{V}"
CFG = Texts(tokens=[WORDS], ngrams=[1, 2, 3, 4, 5], length=10)
EAD, PAIR, REPEATED = f"ead_{WORDS}", f"distinct_pair_{WORDS}_at10", f"self_repetition_pair_{WORDS}_at10"
LENGTH, VENDI, FURTHER = f"length_{WORDS}", "vendi_per_output", "vendi_per_further_output"
PROMPTS = st.lists(
    st.lists(st.lists(st.sampled_from("abcde"), min_size=0, max_size=16), min_size=4, max_size=4),
    min_size=4,
    max_size=5,
)


def table(prompts: list[list[str]], seed: int = 0, right: list[bool] | None = None) -> pd.DataFrame:
    """The measures of texts, prompt by prompt."""
    graded = verdicts({f"p{i}": right or [True] * len(texts) for i, texts in enumerate(prompts)})
    rows = np.random.default_rng(seed).normal(size=(len(graded), 6))
    texts = [text or None for each in prompts for text in each]
    drawn = rollouts(graded, [1] * len(graded))
    found = usable(drawn, graded, embeddings(graded, rows), texts)
    return texts_table(found, drawn, CFG.tokens, CFG)


def grams(words: list[str], n: int) -> list[tuple[str, ...]]:
    """All n-grams of a text."""
    return [tuple(words[i : i + n]) for i in range(len(words) - n + 1)]


def plain_ead(texts: list[list[str]]) -> float:
    """As the published code has it, but undefined where a length has no n-gram."""
    values = []
    for n in CFG.ngrams:
        every = [gram for text in texts for gram in grams(text, n)]
        values.append(len(set(every)) / (V * (1 - ((V - 1) / V) ** len(every))) if every else math.nan)
    return float(np.mean(values))


def plain_pairs(texts: list[list[str]]) -> tuple[float, float]:
    """Distinct n-grams and self-repetition, pair by pair of the texts of at least ten words."""
    long = [text[:10] for text in texts if len(text) >= 10]
    shares, logs = [], []
    for a, b in combinations(long, 2):
        for n in CFG.ngrams:
            both = grams(a, n) + grams(b, n)
            shares.append(len(set(both)) / len(both))
        logs.append(math.log1p(len(set(grams(a, 4)) & set(grams(b, 4)))))
    return (float(np.mean(shares)), float(np.mean(logs))) if logs else (math.nan, math.nan)


def mean(found: pd.DataFrame, metric: str) -> float:
    """Mean over prompts of a measure."""
    return float(found[found["metric"] == metric]["value"].mean())


@settings(max_examples=40, deadline=None)
@given(PROMPTS)
def test_measures_inside_a_prompt_are_those_of_sets_and_pairs(prompts: list[list[list[str]]]) -> None:
    found = table([[" ".join(words) for words in each] for each in prompts])
    for i, outputs in enumerate(prompts):
        said = [words for words in outputs if words]
        expected = plain_ead(said) if len(said) > 1 else math.nan
        distinct, repeated = plain_pairs(said)
        assert of(found, f"p{i}", EAD) == pytest.approx(expected, nan_ok=True)
        assert of(found, f"p{i}", PAIR) == pytest.approx(distinct, nan_ok=True)
        assert of(found, f"p{i}", REPEATED) == pytest.approx(repeated, nan_ok=True)
        lengths = [len(words) for words in said]
        assert of(found, f"p{i}", LENGTH) == pytest.approx(
            np.mean(lengths) if said else math.nan, nan_ok=True
        )


@settings(max_examples=40, deadline=None)
@given(PROMPTS)
def test_measures_across_prompts_are_those_of_their_first_outputs(prompts: list[list[list[str]]]) -> None:
    found = table([[" ".join(words) for words in each] for each in prompts])
    first = [outputs[0] for outputs in prompts if outputs[0]]
    distinct, repeated = plain_pairs(first)
    without = [plain_ead([*first[:i], *first[i + 1 :]]) for i in range(len(first))]
    if len(first) > 2 and np.isfinite(without).all():
        assert mean(found, f"{EAD}_across") == pytest.approx(plain_ead(first))
        spread = found[found["metric"] == f"{EAD}_across"]["value"].dropna().var()
        assert spread == pytest.approx((len(first) - 1) ** 2 * np.var(without, ddof=1), abs=1e-9)
    if sum(len(text) >= 10 for text in first) > 2:
        assert mean(found, f"{PAIR}_across") == pytest.approx(distinct)
        assert mean(found, f"{REPEATED}_across") == pytest.approx(repeated)


def test_contributions_to_distance_are_jackknife_values_of_all_pairs() -> None:
    rows = unit(np.random.default_rng(3).normal(size=(7, 5)))

    def pairs(vectors: np.ndarray) -> float:
        return float(np.mean([1 - a @ b for a, b in combinations(vectors, 2)]))

    found = distance_across(rows)
    expected = [7 * pairs(rows) - 6 * pairs(np.delete(rows, i, axis=0)) for i in range(7)]
    np.testing.assert_allclose(found, expected, atol=1e-12)
    assert found.mean() == pytest.approx(pairs(rows))


def test_contributions_to_vendi_are_its_derivative_and_its_value_their_mean() -> None:
    rows = unit(np.random.default_rng(3).normal(size=(9, 5)))

    def per_output(weights: np.ndarray) -> float:
        values = np.linalg.eigvalsh((rows.T * weights) @ rows)
        values = values[values > 1e-12]
        return float(np.exp(-values @ np.log(values))) / 9

    found, even = vendi_across(rows), np.full(9, 1 / 9)
    assert found.mean() == pytest.approx(per_output(even))
    for i in range(9):
        step = 1e-6
        more = even * (1 - step) + step * np.eye(9)[i]
        slope = (per_output(more) - per_output(even)) / step
        assert found[i] - found.mean() == pytest.approx(slope, abs=1e-4)


@settings(max_examples=20, deadline=None)
@given(PROMPTS, st.permutations(range(4)))
def test_the_order_of_outputs_changes_nothing_inside_a_prompt(
    prompts: list[list[list[str]]], order: list[int]
) -> None:
    texts = [[" ".join(words) for words in each] for each in prompts]
    one, other = table(texts), table([[each[i] for i in order] for each in texts])
    inside = [name for name in text_names.within(CFG.tokens, CFG.length) if name not in (VENDI, FURTHER)]
    for a, b in zip(*(each[each["metric"].isin(inside)]["value"] for each in (one, other)), strict=True):
        assert a == pytest.approx(b, nan_ok=True)


def test_equal_outputs_are_the_least_diverse_and_share_everything() -> None:
    text = " ".join("abcdefghijkl")
    found = table([[text] * 4, [" ".join(f"{letter}{i}" for letter in "abcdefghijkl") for i in range(4)]])
    assert of(found, "p0", PAIR) == pytest.approx(0.5) and of(found, "p1", PAIR) == 1
    assert of(found, "p0", REPEATED) == pytest.approx(math.log(8)) and of(found, "p1", REPEATED) == 0
    assert of(found, "p0", EAD) < of(found, "p1", EAD)
    for metric in (PAIR, REPEATED):
        low, high = text_names.range_of(metric)
        assert low <= of(found, "p0", metric) <= high + 1e-12


def test_outputs_that_are_too_short_for_one_length_leave_the_rest_as_it_is() -> None:
    long = [" ".join(f"{letter}{i % 2}" for letter in "abcdefghijkl") for i in range(3)]
    with_short, without = table([[*long, "a b"]]), table([long])
    for metric in (PAIR, REPEATED):
        assert of(with_short, "p0", metric) == of(without, "p0", metric)
        row = with_short[with_short["metric"] == metric].iloc[0]
        assert row["n"] == 3
    assert of(with_short, "p0", LENGTH) < of(without, "p0", LENGTH)


def test_correct_outputs_have_measures_of_their_own() -> None:
    texts = ["a b c d e f", "a b c d e f", "g h i j k l", "m n o p q r"]
    found = table([texts], right=[True, True, False, False])
    assert of(found, "p0", f"{EAD}.correct") == pytest.approx(plain_ead([text.split() for text in texts[:2]]))
    assert of(found, "p0", f"{VENDI}.correct") <= 1
    alone = table([texts], right=[True, False, False, False])
    assert math.isnan(of(alone, "p0", f"{EAD}.correct"))


def test_words_are_read_as_the_published_code_reads_them() -> None:
    found = encoded("words7", ["One. two, One\nmore", ""])
    assert found.vocabulary == 7
    assert found.codes[0].tolist() == [0, 1, 2] and not len(found.codes[1])


def test_a_tokenizer_counts_its_own_vocabulary(tmp_path: Path) -> None:
    packaged = encoded("wordpiece30522", ["the sum is two", "the"])
    assert packaged.vocabulary == 30522
    assert packaged.codes[0][0] == packaged.codes[1][0] and len(packaged.codes[0]) == 4
    (tmp_path / "reference.json").write_text(json.dumps({"repo": None, "revision": None}))
    with pytest.raises(MetricError, match=r"tokenizer\.json.*texts\.tokens"):
        encoded("own", ["a"], tmp_path)
    with pytest.raises(MetricError, match="no base model"):
        encoded("own", ["a"])


STRANGE = [
    *"#\n\x1c\xa0\u2028\u0301\0\ufffdé中ﬁ",
    "\t\r",
    "The sum",
    "don't",
    "##s",
    "[SEP]",
    "[MASK] ",
    "x" * 101,
]


@settings(max_examples=20, deadline=None)
@given(
    st.lists(st.lists(st.sampled_from(STRANGE), max_size=8).map("".join) | st.text(max_size=12), max_size=20)
)
def test_tokens_of_words_that_are_tokenised_once_are_those_of_whole_texts(texts: list[str]) -> None:
    tokenizer = Tokenizer.from_file(str(packaged()))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    found = encoded("wordpiece30522", [*texts, *texts]).codes
    assert [each.tolist() for each in found] == 2 * [
        tokenizer.encode(text, add_special_tokens=False).ids for text in texts
    ]


@pytest.mark.parametrize("name", ["words", "words1", "word", "Own", "words0x10"])
def test_unknown_tokens_are_refused_by_name(name: str) -> None:
    with pytest.raises(ValidationError, match=name):
        Texts(tokens=[name])


def test_vendi_by_further_output_is_nothing_where_all_are_alike_and_one_where_nothing_is_common() -> None:
    graded = verdicts({"alike": [True] * 3, "apart": [True] * 3, "one": [True] * 1})
    rows = np.vstack([[[0.6, 0.8, 0]] * 3, np.eye(3), np.eye(3)[:1]])
    drawn = rollouts(graded, [1] * len(graded))
    found = texts_table(usable(drawn, graded, embeddings(graded, rows), ["a"] * 7), drawn, CFG.tokens, CFG)
    for name in (FURTHER, f"{FURTHER}.correct", f"{FURTHER}_matched8"):
        assert of(found, "alike", name) == pytest.approx(0, abs=1e-9)
        assert of(found, "apart", name) == pytest.approx(1) and math.isnan(of(found, "one", name))
        assert text_names.range_of(name) == (0, 1) and text_names.is_one(name)
    assert of(found, "alike", VENDI) == pytest.approx(1 / 3), "a share of it says little"


def test_a_metric_of_a_studys_own_that_is_named_alike_is_none_of_these() -> None:
    known = [*text_names.within(CFG.tokens, CFG.length), *text_names.across(CFG.tokens, CFG.length)]
    known += text_names.within([text_names.OWN, text_names.WORDPIECE, "words7"], 12)
    assert all(map(text_names.is_one, known)) and text_names.is_one(f"{EAD}.correct")
    for name in (
        "length_in_words",
        "length_words",
        "ead_mine",
        "distinct_pair_own",
        "ead_own_at50",
        "length_own_2",
    ):
        assert not text_names.is_one(name)
    whole = entailment_names.distance(Entailment(align="whole"))
    assert all(entailment_names.is_one(f"{whole}{end}") for end in ("", ".correct", "_across"))
    assert not entailment_names.is_one("entailment_distance_mine")


def test_all_outputs_are_measured_on_as_many_as_are_correct() -> None:
    rng = np.random.default_rng(5)
    outputs = [list(rng.choice(list("abcdef"), size=12)) for _ in range(6)]
    texts = [[" ".join(words) for words in outputs]]
    matched = f"{EAD}_matched8"
    for correct in (3, 5):
        # Of correct outputs Vendi is compared with as many of all, by the same draws.
        alone = table(texts, right=[True] * correct + [False] * (6 - correct))
        values = [of(alone, "p0", f"{FURTHER}{end}") for end in ("_matched8", ".correct")]
        assert all(0 < value < 1 for value in values) and values[0] != values[1]
        found = table(texts, right=[True] * correct + [False] * (6 - correct))
        every = [plain_ead(list(each)) for each in combinations(outputs, correct)]
        value = of(found, "p0", matched)
        assert min(every) <= value <= max(every) and value != pytest.approx(of(found, "p0", EAD))
        assert found[found["metric"] == matched]["n"].tolist() == [correct]
    assert value == pytest.approx(np.mean(every), rel=0.1)
    # A draw of all of them is all of them; of one there is nothing to tell.
    assert of(table(texts), "p0", matched) == of(table(texts), "p0", EAD)
    assert math.isnan(of(table(texts, right=[True] + [False] * 5), "p0", matched))
    assert text_names.is_one(matched) and text_names.title(matched).count("mean of 8 draws") == 1
