"""Endpoints: what can be asked of them, and the terms that their jobs are told."""

import re
from collections.abc import Iterator
from typing import Any

from .. import scaffolds
from .evaluation import Judge, Prices
from .policy import EndpointBase
from .study import Study

ADDRESS = re.compile(r"https?://[^\s/@?#]+(/[^\s?#]*)?")
VARIABLE = re.compile(r"[A-Z_][A-Z0-9_]{0,63}")


def terms(study: Study, arm: str) -> dict[str, Any]:
    """What a job that samples the arm is told beside its parameters, since no result depends on it.

    Empty unless the arm's base is an endpoint.
    """
    base = study.base_of(arm)
    return _terms(study, base, study.prices) if isinstance(base, EndpointBase) else {}


def judge_terms(study: Study) -> dict[str, Any]:
    """The same of a job that asks the judge, which has prices of its own."""
    return _terms(study, study.judge, study.judge)


def _terms(study: Study, asked: EndpointBase | Judge, prices: Prices | Judge) -> dict[str, Any]:
    limits = study.resources.endpoints
    return {
        "endpoint": {
            "key_variable": asked.key_variable,
            "concurrency": limits.concurrency,
            "budget": limits.budget,
            "input_per_million": prices.input_per_million,
            "output_per_million": prices.output_per_million,
        }
    }


def problems(study: Study) -> Iterator[str]:
    """What is wrong with the endpoints of `study`, and what is asked of them that they cannot do."""
    own = [arm for arm in study.arms if not study.imported(arm)]
    asked = [arm for arm in own if study.is_endpoint(arm)]
    if study.sampling.engine == "openai" and len(asked) < len(own):
        first = next(arm for arm in own if arm not in asked)
        yield (
            f"sampling.engine: openai samples only bases of kind endpoint, unlike that of arm '{first}'; "
            "name url and model in a base of kind endpoint, or set transformers or vllm"
        )
    for arm in asked:
        yield from _arm(study, arm)
    for name, base in {base.name: base for base in map(study.base_of, asked)}.items():
        yield from _address(f"base {name}", base.url, base.key_variable)
    if study.judge:
        yield from _judge(study, study.judge)
    prices = study.prices.input_per_million, study.prices.output_per_million
    if asked and study.resources.endpoints.budget and not any(prices):
        yield (
            "resources.endpoints.budget: a budget needs prices; set prices.input_per_million and "
            "prices.output_per_million"
        )


def _arm(study: Study, arm: str) -> Iterator[str]:
    body = study.arms[arm]
    if study.own_stages(arm) or body.start:
        yield f"arms.{arm}.train: its base is an endpoint, which cannot be trained; set train: false"
    if body.checkpoints:
        yield f"arms.{arm}.checkpoints: its base is an endpoint, which has no checkpoints; remove them"
    if body.start_from:
        yield f"arms.{arm}.start_from: its base is an endpoint, which takes no adapter; remove it"
    if study.texts and study.texts.tokens and not study.tokens(arm):
        yield (
            f"texts.tokens: own is the base's tokenizer, which the endpoint of arm '{arm}' does not show; "
            "add other tokens, such as wordpiece30522"
        )
    if body.scaffold in scaffolds.SCAFFOLDS:
        yield from _scaffold(study, arm)


def _scaffold(study: Study, arm: str) -> Iterator[str]:
    """A chat's API takes messages, and gives nobody a say in what the answer begins with."""
    asked, chat = scaffolds.get(study.arms[arm].scaffold), study.base_of(arm).api == "chat"
    begins = asked.opening or type(asked).begun is not scaffolds.Scaffold.begun
    if asked.thinking:
        yield f"arms.{arm}.scaffold: '{asked.name}' needs a chat template, which an endpoint does not show"
    elif chat and begins:
        yield (
            f"arms.{arm}.scaffold: '{asked.name}' begins the answer, which api chat of an endpoint does not "
            "allow; choose another scaffold, or set api: completions"
        )


def _judge(study: Study, judge: Judge) -> Iterator[str]:
    yield from _address("judge", judge.url, judge.key_variable)
    if not study.evaluations("judgements"):
        yield (
            "judge: it compares answers of trained checkpoints with those of base on benchmarks of prompts "
            "without a right answer, and this study has none; add one, or remove the section"
        )
    if study.resources.endpoints.budget and not (judge.input_per_million or judge.output_per_million):
        yield (
            "resources.endpoints.budget: a budget needs the prices of the judge; set "
            "judge.input_per_million and judge.output_per_million"
        )


def _address(name: str, url: str, key_variable: str | None) -> Iterator[str]:
    # Neither is shown: both are where a key is pasted by mistake.
    if not ADDRESS.fullmatch(url):
        yield f"{name}.url: is not a plain address; write it as https://host/v1, without key or query"
    if key_variable is not None and not VARIABLE.fullmatch(key_variable):
        yield (
            f"{name}.key_variable: is not the name of an environment variable; name one, such as "
            "OPENAI_API_KEY, and put the key there, never into a study file"
        )
