"""Exact laws: what one forward pass per option says, whatever the tries, the lines and the model."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from tiny_policy import BASE, LORA, tiny_model
from transformers import AutoModelForCausalLM, LlamaConfig, PreTrainedModel

from wideband.config.spaces import read_space
from wideband.likelihood import LikelihoodError, Question, laws, packed
from wideband.likelihood.exact import answers, encode, parts_of
from wideband.likelihood.packed import pack, packable, score
from wideband.likelihood.tables import loglikelihoods, next_tokens
from wideband.policy.base import load_model, load_tokenizer
from wideband.policy.load import trainable_policy
from wideband.spaces import SpaceError, answer_space
from wideband.tables import read_table, write_table

ROOT = Path(__file__).parents[2]
NUMBERS = answer_space("numbers", "number", [str(number) for number in [*range(1, 40), 100, 101, 1000]])
WORDS = answer_space("words", "word", ["red", "reddish", "green", "blue green", "black", "b"])
QUESTIONS = [
    Question("Q: Pick a number.\nA:", NUMBERS, " "),
    Question("Q: Pick a colour, any colour at all.\nA:", WORDS),
    Question("?", NUMBERS),
]


def per_option(model: Any, tokenizer: Any, question: Question, temperature: float = 1.0) -> np.ndarray:
    """One forward pass per option, over the whole sequence, in transformers' own way."""
    prompt, sequences = encode(tokenizer, question, BASE.context)
    found = []
    for tokens in sequences:
        ids = torch.tensor([[*prompt, *tokens]])
        with torch.no_grad():
            logits = model(input_ids=ids, use_cache=False).logits[0, len(prompt) - 1 :].float()
        following = torch.tensor([*tokens, tokenizer.eos_token_id])
        logprobs = torch.log_softmax(logits / temperature, dim=-1)
        found.append(logprobs.gather(1, following[:, None]).double().sum())
    return torch.stack(found).numpy()


def llama(tokenizer: Any, **changed: Any) -> PreTrainedModel:
    """A tiny Llama whose logits depend on the context."""
    torch.manual_seed(4)
    shape = {"hidden_size": 32, "intermediate_size": 48, "num_hidden_layers": 3, "num_attention_heads": 4}
    config = LlamaConfig(**shape, num_key_value_heads=2, vocab_size=len(tokenizer), **changed)
    model = AutoModelForCausalLM.from_config(config).eval()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.mul_(5 if parameter.ndim > 1 else 1)
    return model


@pytest.fixture(params=["mixture of experts", "dense llama"])
def policy(request: pytest.FixtureRequest, tokenizer: Any) -> PreTrainedModel:
    return tiny_model(tokenizer) if request.param == "mixture of experts" else llama(tokenizer)


@pytest.mark.parametrize("temperature", [1.0, 1.5])
@pytest.mark.parametrize("line", [1, 120, 8192])
def test_a_law_is_that_of_one_pass_per_option(
    policy: PreTrainedModel, tokenizer: Any, line: int, temperature: float
) -> None:
    found = laws(policy, tokenizer, QUESTIONS, temperature, line)
    for law, question in zip(found, QUESTIONS, strict=True):
        expected = per_option(policy, tokenizer, question, temperature)
        assert np.ptp(expected) > 1
        np.testing.assert_allclose(law.logprobs, expected, rtol=0, atol=1e-5)
        assert law.tokens.tolist() == [
            len(tokenizer.encode(question.lead + option)) + 1 for option in question.space.options
        ]


def mean_over_prefixes(model: Any, tokenizer: Any, question: Question) -> float:
    """As it is published, but over all answers: the next token's divergence at each prefix of each."""
    prompt, sequences = encode(tokenizer, question, BASE.context)
    whole = [(*tokens, tokenizer.eos_token_id) for tokens in sequences]
    found = 0.0
    for tokens, mass in zip(whole, question.space.law, strict=True):
        kls = []
        for length in range(len(tokens) if mass else 0):
            with torch.no_grad():
                logits = model(input_ids=torch.tensor([[*prompt, *tokens[:length]]])).logits[0, -1].double()
            target = torch.zeros_like(logits)
            for other, share in zip(whole, question.space.law, strict=True):
                if other[:length] == tokens[:length]:
                    target[other[length]] += share
            target /= target.sum()
            kls.append(torch.nn.functional.kl_div(logits.log_softmax(-1), target, reduction="sum").item())
        found += mass * sum(kls) / len(kls) if kls else 0
    return found


@pytest.mark.parametrize("nodes", [7, 4096])
def test_the_mean_over_prefixes_is_that_of_the_next_tokens_divergence(
    policy: PreTrainedModel, tokenizer: Any, monkeypatch: pytest.MonkeyPatch, nodes: int
) -> None:
    monkeypatch.setattr("wideband.likelihood.exact.parts_of", lambda encoded: parts_of(encoded, nodes))
    masses = {"7": 0.4, "17": 0.25, "1000": 0.2, "100": 0.1, "10": 0.05}
    law = {option: masses.get(option, 0) for option in NUMBERS.options}
    stated = answer_space("s", "number", NUMBERS.options, law)
    question = Question("Q: Pick a number.\nA:", stated, " ")
    (found,) = laws(policy, tokenizer, [question])
    wanted = np.array(stated.law) > 0
    assert np.isnan(found.per_prefix[~wanted]).all()
    mean = (np.array(stated.law) * found.per_prefix)[wanted].sum()
    assert mean == pytest.approx(mean_over_prefixes(policy, tokenizer, question), abs=1e-5)


def test_of_answers_of_one_length_it_is_the_divergence_of_the_laws_by_their_length(
    policy: PreTrainedModel, tokenizer: Any
) -> None:
    digits = answer_space("digits", "digit", list("0123456789"))
    (law,) = laws(policy, tokenizer, [Question("A digit:", digits)])
    assert set(law.tokens) == {2}
    assert law.per_prefix.mean() == pytest.approx((np.log(0.1) - law.logprobs).mean() / 2, abs=1e-5)


def test_a_prompt_without_answers_has_the_law_of_its_first_token(
    policy: PreTrainedModel, tokenizer: Any
) -> None:
    asked = [QUESTIONS[0], Question("Q: Tell a tale.\nA:", None), Question("Q: Another?", None)]
    whole, first, alone = laws(policy, tokenizer, asked)[0], *laws(policy, tokenizer, asked)[1:]
    np.testing.assert_allclose(whole.logprobs, per_option(policy, tokenizer, asked[0]), rtol=0, atol=1e-5)
    for law, question in ((first, asked[1]), (alone, asked[2])):
        ids = torch.tensor([tokenizer.encode(question.prompt)])
        with torch.no_grad():
            masses = policy(input_ids=ids).logits[0, -1].float().softmax(-1).double().numpy()
        held = np.cumsum(np.sort(masses)[::-1])
        assert abs(law.opening.support - (1 + (held < 0.9 * masses.sum()).sum())) <= 1
        assert dict(law.opening.leading) == pytest.approx(
            {token: masses[token] for token, _ in law.opening.leading}, abs=1e-5
        )
        assert len(law.logprobs) == len(law.tokens) == 0


def test_what_prompts_begin_with_is_computed_once_for_all(policy: PreTrainedModel, tokenizer: Any) -> None:
    begun = "A colour: red. A number: 7. "
    questions = [replace(each, prompt=begun + each.prompt) for each in QUESTIONS]
    # The second asks for nothing more.
    questions.insert(1, replace(QUESTIONS[0], prompt=begun))
    encoded = [encode(tokenizer, each, BASE.context) for each in questions]
    parts = list(parts_of(encoded))
    packed = pack(parts, policy.device)
    shared = len(tokenizer.encode(begun)) - 1
    assert packed.ids.shape[1] == sum(map(len, parts)) - shared * (len(parts) - 1)
    for law, question in zip(laws(policy, tokenizer, questions), questions, strict=True):
        expected = per_option(policy, tokenizer, question, 1.0)
        np.testing.assert_allclose(law.logprobs, expected, rtol=0, atol=1e-5)


def test_a_large_space_is_computed_in_bounded_parts(
    policy: PreTrainedModel, tokenizer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = laws(policy, tokenizer, QUESTIONS)
    monkeypatch.setattr("wideband.likelihood.exact.parts_of", lambda encoded: parts_of(encoded, 7))
    monkeypatch.setattr("wideband.policy.packed_tries.BLOCK", 4)
    monkeypatch.setattr(packed, "LOGITS_BYTES", 5 * 4 * len(tokenizer))
    seen, score_line = [], packed.score
    monkeypatch.setattr(
        "wideband.likelihood.exact.score",
        lambda causal, packed, *rest: seen.append(packed.ids.shape[1]) or score_line(causal, packed, *rest),
    )
    cut = laws(policy, tokenizer, QUESTIONS, line=60)
    assert len(seen) > 5 and max(seen) <= 60
    for law, expected in zip(cut, whole, strict=True):
        np.testing.assert_allclose(law.logprobs, expected.logprobs, rtol=0, atol=1e-5)
        assert law.opening.support == expected.opening.support
        assert law.opening.entropy == pytest.approx(expected.opening.entropy, abs=1e-5)


def test_options_and_chatter_together_are_all_there_is(tokenizer: Any) -> None:
    model = llama(tokenizer)
    # Every single token as an option, but the end: with its end token, and with any other one behind it.
    letters = answer_space("letters", "letter", [chr(place) for place in range(97, 123)])
    (law,) = laws(model, tokenizer, [Question("Q:", letters)])
    ids = torch.tensor([tokenizer.encode("Q:")])
    with torch.no_grad():
        first = torch.softmax(model(ids).logits[0, -1], dim=-1)
    mass = float(first[[tokenizer.encode(letter)[0] for letter in letters.options]].sum())
    assert 0 < np.exp(law.logprobs).sum() < mass
    order = first.sort(descending=True)
    assert [token for token, _ in law.opening.leading] == order.indices[:10].tolist()
    assert law.opening.leading[0][1] == pytest.approx(float(order.values[0]), abs=1e-6)
    assert order.values[: law.opening.support].sum() >= 0.9 > order.values[: law.opening.support - 1].sum()
    assert law.opening.entropy == pytest.approx(float(-(first * first.log()).sum()), abs=1e-5)


def test_bf16_laws_are_those_of_bf16_passes_up_to_its_rounding(
    policy: PreTrainedModel, tokenizer: Any
) -> None:
    exact = laws(policy, tokenizer, QUESTIONS)
    rounded = policy.to(torch.bfloat16)
    for law, full, question in zip(laws(rounded, tokenizer, QUESTIONS), exact, QUESTIONS, strict=True):
        expected = per_option(rounded, tokenizer, question)
        ours, theirs = (np.abs(each - full.logprobs).mean() for each in (law.logprobs, expected))
        assert 0 < ours < 2 * theirs + 0.02


def test_a_live_adapter_counts_and_the_model_is_left_as_it_was(tiny_base: Path, tokenizer: Any) -> None:
    policy = trainable_policy(tiny_base, None, LORA, "float32", 5).eval()
    plain = laws(policy, tokenizer, QUESTIONS[:1])[0].logprobs
    with torch.no_grad():
        for name, parameter in policy.named_parameters():
            if "lora_B" in name:
                parameter.normal_(generator=torch.Generator().manual_seed(2))
    (law,) = laws(policy, tokenizer, QUESTIONS[:1])
    np.testing.assert_allclose(law.logprobs, per_option(policy, tokenizer, QUESTIONS[0]), rtol=0, atol=2e-5)
    assert np.abs(law.logprobs - plain).max() > 0.1
    assert policy.config._attn_implementation == "sdpa"


def test_a_gradient_flows_through_the_scores_as_through_separate_passes(tokenizer: Any) -> None:
    model = llama(tokenizer)
    prompt, sequences = encode(tokenizer, QUESTIONS[1], BASE.context)
    parts = list(parts_of([(prompt, sequences)]))
    with packable(model) as causal:
        ours = torch.cat(
            list(answers(parts, score(causal, pack(parts, model.device), tokenizer.eos_token_id, 1.0)))
        )
    ours.mean().backward()
    found = {name: value.grad.clone() for name, value in model.named_parameters()}
    model.zero_grad()
    for tokens in sequences:
        ids = torch.tensor([[*prompt, *tokens]])
        logprobs = torch.log_softmax(model(ids).logits[0, len(prompt) - 1 :], dim=-1)
        following = torch.tensor([*tokens, tokenizer.eos_token_id])
        (logprobs.gather(1, following[:, None]).sum() / len(sequences)).backward()
    for name, value in model.named_parameters():
        torch.testing.assert_close(found[name], value.grad, rtol=1e-4, atol=1e-5)


def test_laws_are_kept_as_tables_that_give_them_back(tokenizer: Any, tmp_path: Path) -> None:
    found, uids = laws(llama(tokenizer), tokenizer, QUESTIONS), ["a", "b", "c"]
    evaluation = {"arm": "plain", "checkpoint": "base", "slice": "draws"}
    made = {
        "loglikelihoods": loglikelihoods(evaluation, uids, QUESTIONS, found),
        "next_tokens": next_tokens(evaluation, uids, found, tokenizer),
    }
    for name, frame in made.items():
        write_table(frame, tmp_path / name, name)
    options, openings = (read_table(tmp_path / name, name) for name in made)
    for uid, question, law in zip(uids, QUESTIONS, found, strict=True):
        rows = options[options["uid"] == uid]
        assert tuple(rows["option"]) == question.space.options
        assert rows["logprob"].tolist() == law.logprobs.tolist()
        assert rows["target_mass"].sum() == pytest.approx(1)
        (row,) = openings[openings["uid"] == uid].to_dict("records")
        assert (row["entropy"], row["support_90"]) == (law.opening.entropy, law.opening.support)
        ids = tokenizer.convert_tokens_to_ids(list(row["leading_tokens"]))
        assert list(zip(ids, row["leading_masses"], strict=True)) == list(law.opening.leading)


def test_what_cannot_be_asked_is_refused_before_anything_is_computed(tokenizer: Any) -> None:
    class Untouched(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.config = LlamaConfig(max_position_embeddings=BASE.context)

    long = Question("Q" * BASE.context, NUMBERS)
    with pytest.raises(SpaceError, match="option '1' has 1 tokens, but prompt and context leave 0"):
        laws(Untouched(), tokenizer, [QUESTIONS[0], long])
    with pytest.raises(LikelihoodError, match="'numbers': its prompt is empty"):
        laws(Untouched(), tokenizer, [Question("", NUMBERS)])


def test_models_whose_laws_would_be_wrong_are_refused_by_name(tokenizer: Any) -> None:
    eager = llama(tokenizer)
    eager.set_attn_implementation("eager")
    with pytest.raises(
        LikelihoodError, match="llama: attention that is neither full nor sliding, or not sdpa"
    ):
        laws(eager, tokenizer, QUESTIONS)
    capped = llama(tokenizer)
    capped.config.final_logit_softcapping = 30.0
    with pytest.raises(LikelihoodError, match="llama: final_logit_softcapping"):
        laws(capped, tokenizer, QUESTIONS)


def test_the_law_of_a_real_model_is_that_of_one_pass_per_option(smollm2: Path) -> None:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    model, tokenizer = load_model(smollm2).eval(), load_tokenizer(smollm2)
    space, requests = read_space("weekday", ROOT)
    message = [{"role": "user", "content": requests[0]}]
    prompt = tokenizer.apply_chat_template(message, tokenize=False, add_generation_prompt=True)
    question = Question(prompt, space)
    (law,) = laws(model, tokenizer, [question])
    # Thirty layers of fp32 rounding: up to 8e-5 was measured on integers, 4e-4 between the harness and this.
    np.testing.assert_allclose(law.logprobs, per_option(model, tokenizer, question), rtol=0, atol=2e-4)
    torch.set_num_threads(before)
    assert tokenizer.decode([law.opening.leading[0][0]]).strip()
