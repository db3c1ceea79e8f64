"""Answers of a checkpoint to a question: several samples, and the exact probabilities of the first token."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from transformers import PreTrainedModel, PreTrainedTokenizerBase

from ..config.parameters_asking import template
from ..config.policy import Arm
from ..likelihood.exact import opening
from ..policy.base import load_tokenizer
from ..policy.load import sampling_policy
from ..sampling.prompts import Render, renderer
from ..sampling.requests import Completion, Request, Settings
from ..sampling.seeds import derive_seed
from ..sampling.transformers_engine import TransformersEngine
from ..scaffolds import Scaffold, get
from .settings import ChatSettings


@dataclass(frozen=True)
class Policy:
    """`render` makes a question's whole prompt, as in sampling and training."""

    model: PreTrainedModel
    tokenizer: PreTrainedTokenizerBase
    scaffold: Scaffold
    render: Render


def open_policy(arm: Arm, base: Path, adapter: Path | None) -> Policy:
    """The policy in evaluation mode. Raises AdapterError or ScaffoldError."""
    tokenizer, scaffold = load_tokenizer(base), get(arm.scaffold)
    render = renderer(scaffold, template(arm), tokenizer)
    return Policy(sampling_policy(base, adapter), tokenizer, scaffold, render)


@dataclass(frozen=True)
class FirstToken:
    """The law of the first token, as it is drawn: at the temperature, at 1 where that is 0.

    Attributes:
        entropy: in nats.
        support: the fewest tokens that hold 90 % of the mass.
        top: the likeliest tokens: id, text, probability.
    """

    entropy: float
    support: int
    top: tuple[tuple[int, str, float], ...]


@dataclass(frozen=True)
class Sample:
    """A completion, what the scaffold reads as its answer, and the seed that gives it again."""

    seed: int
    completion: Completion
    answer: str | None


@dataclass(frozen=True)
class Reply:
    """Everything about one question; `prompt` is the whole of what the policy was given."""

    question: str
    prompt: str
    chat_settings: ChatSettings
    first: FirstToken
    samples: tuple[Sample, ...]

    def to_json(self) -> dict[str, Any]:
        """A line of the transcript."""
        top = [dict(zip(("id", "token", "probability"), entry, strict=True)) for entry in self.first.top]
        return {
            "question": self.question,
            "prompt": self.prompt,
            **asdict(self.chat_settings),
            "first_token": {"entropy": self.first.entropy, "support": self.first.support, "top": top},
            "samples": [_sample(sample) for sample in self.samples],
        }


def ask(policy: Policy, question: str, chat_settings: ChatSettings) -> Reply:
    """Sample a policy. Raises ContextError for a question that leaves no room for `max_tokens`."""
    prompt = policy.render(question, ())
    seeds = [derive_seed(chat_settings.seed, "chat", question, sample) for sample in range(chat_settings.n)]
    engine = TransformersEngine(policy.model, policy.tokenizer, batch_size=chat_settings.n)
    settings = Settings(chat_settings.temperature, chat_settings.max_tokens, policy.scaffold.stop)
    done = engine.sample([Request(prompt, seed) for seed in seeds], settings)
    samples = (
        Sample(seed, completion, policy.scaffold.parse(completion.text).answer)
        for seed, completion in zip(seeds, done, strict=True)
    )
    return Reply(question, prompt, chat_settings, first_token(policy, prompt, chat_settings), tuple(samples))


def first_token(policy: Policy, prompt: str, chat_settings: ChatSettings) -> FirstToken:
    """The exact law of the token that follows a prompt."""
    ids = torch.tensor([policy.tokenizer.encode(prompt)], device=policy.model.device)
    with torch.inference_mode():
        logits = policy.model(ids).logits[0, -1].float()
    logprobs = torch.log_softmax(logits / (chat_settings.temperature or 1.0), dim=-1).cpu()
    found = opening(logprobs)
    masses, tokens = logprobs.double().exp().topk(min(chat_settings.top, len(logprobs)))
    named = zip(tokens.tolist(), masses.tolist(), strict=True)
    top = tuple((token, policy.tokenizer.decode([token]), mass) for token, mass in named)
    return FirstToken(found.entropy, found.support, top)


def _sample(sample: Sample) -> dict[str, Any]:
    done = sample.completion
    return {
        "seed": sample.seed,
        "text": done.text,
        "answer": sample.answer,
        "completion_tokens": done.tokens,
        "finish_reason": done.finish_reason,
        "logprob": done.logprob,
    }
