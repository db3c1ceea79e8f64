"""Arms with bases of their own: twelve models in a study, one of them alone, and what pins them."""

from pathlib import Path

import pytest

from wideband.config import Study, load_study
from wideband.config.parameters import parameters
from wideband.config.pinned import commit_of
from wideband.errors import StudyError, WidebandError
from wideband.policy.base import load_tokenizer, write_reference

ROOT = Path(__file__).parents[2]
COMMIT = "0123456789" * 4


@pytest.fixture(scope="module")
def twelve() -> Study:
    return load_study("calibration-12-models", ROOT)


def test_each_of_twelve_models_is_asked_as_it_is_and_trained_in_two_ways(twelve: Study) -> None:
    bases = {arm: twelve.base_of(arm).name for arm in twelve.arms}
    assert len(set(bases.values())) == 12
    for base in set(bases.values()):
        arms = [arm for arm in bases if bases[arm] == base]
        assert [twelve.own_stages(arm) for arm in arms] == [[], ["soft"], ["hard"]]
        assert {(arms[1], arms[0]), (arms[2], arms[0]), (arms[1], arms[2])} <= set(twelve.pairs())
        # The untrained base is asked once for the three.
        assert {twelve.evaluated_in(arm, "base") for arm in arms} == {arms[0]}


def test_it_has_the_papers_families_prompts_and_settings(twelve: Study) -> None:
    train, held_out = (twelve.data.slices[name] for name in ("numbers_train", "held_out_families"))
    assert (len(train.families), sum(train.draws.values()), train.decimals, train.max_bins) == (
        24,
        1988,
        5,
        1001,
    )
    assert set(held_out.families) == {"bernoulli", "poisson", "maxwell", "truncnorm", "chi", "weibull"}
    lora = twelve.lora
    assert (lora.rank, lora.alpha, lora.dropout, lora.attention_only) == (16, 32, 0.05, True)
    soft, hard = twelve.stages["soft"], twelve.stages["hard"]
    for stage in (soft, hard):
        assert (stage.lr, stage.weight_decay, stage.schedule, stage.warmup) == (2e-4, 0.01, "cosine", 0.03)
        assert (stage.seed, stage.balance) == (11, "subject")
    assert (soft.paths, soft.groups, hard.samples * hard.groups) == (1, 32, 32)
    assert soft.tokens == hard.tokens
    assert {each.n for each in twelve.benchmarks.values()} == {1000}


def test_one_model_alone_is_a_study_of_its_own() -> None:
    alone = load_study("calibration-12-models@gemma3_1b", ROOT)
    assert alone.name == "calibration-12-models@gemma3_1b"
    assert list(alone.arms) == ["gemma3_1b", "gemma3_1b_soft", "gemma3_1b_hard"]
    assert {arm for pair in alone.pairs() for arm in pair} == set(alone.arms)
    assert alone.base_of("gemma3_1b_soft").end == "<end_of_turn>"
    with pytest.raises(StudyError, match="unknown base 'gemma3_1'; did you mean 'gemma3_1b'"):
        load_study("calibration-12-models@gemma3_1", ROOT)


def test_a_commit_under_revisions_pins_a_base_that_names_none(twelve: Study) -> None:
    data = twelve.data.model_copy(update={"revisions": {"openai/gpt-oss-20b": COMMIT}})
    pinned = twelve.model_copy(update={"data": data})
    assert commit_of(pinned.base_of("gpt_oss_20b_hard"), "base") == COMMIT
    assert parameters("base", pinned, {"base": "gpt_oss_20b"})["base"]["revision"] == COMMIT
    with pytest.raises(WidebandError, match="model 'qwen3_4b': Qwen/Qwen3-4B has no pinned commit"):
        commit_of(pinned.base_of("qwen3_4b"), "model 'qwen3_4b'")


def test_the_token_that_ends_an_answer_is_the_one_that_the_study_names(
    tiny_base: Path, tmp_path: Path
) -> None:
    ends = {}
    for end in (None, "</answer>", "<end_of_turn>"):
        write_reference(tmp_path / str(end)[:3], str(tiny_base), None, "float32", end)
        ends[end] = tmp_path / str(end)[:3]
    plain, other = (load_tokenizer(ends[end]) for end in (None, "</answer>"))
    assert other.eos_token == "</answer>" != plain.eos_token
    assert [other.eos_token_id] == plain.encode("</answer>")
    with pytest.raises(WidebandError, match=r"base\.end: the tokenizer of .* has no token '<end_of_turn>'"):
        load_tokenizer(ends["<end_of_turn>"])


def test_an_arm_may_be_sampled_less_and_longer_than_its_benchmarks_say() -> None:
    study = load_study("calibration", ROOT)
    wanted = {
        arm: parameters("sample", study, {"arm": arm, "checkpoint": "base", "slice": "seen_ranges"})
        for arm in ("untrained", "seed_string")
    }
    found = {arm: (each["scaffold"], each["n"], each["max_tokens"]) for arm, each in wanted.items()}
    assert found == {"untrained": ("direct", 20, 8), "seed_string": ("ssot", 1, 192)}
    assert study.draws("seed_string", "base", "seen_ranges") == 1
    limits = parameters("lengths", study, {})["arms"]["seed_string"]["limits"]
    assert limits["arms.seed_string.sampling.max_tokens on seen_ranges"] == ["seen_ranges", 192]
