"""The study file of a measurement, kept to be read and edited like any other, and what is asked in one.

Each question is a slice and a benchmark; none needs data from elsewhere.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import yaml

from .models import Model

PROMPT = "config/prompts/direct.txt"
HEAD = """\
# Written by `wideband measure`; edit it as you like, and run it again with
#   snakemake --cores all --config study={name}
# Asked: {asked}.
"""


class Question(NamedTuple):
    """A benchmark: what it says in a line, its slice, and how often and how long it is asked."""

    about: str
    slice: dict[str, Any]
    benchmark: dict[str, Any]


QUESTIONS: dict[str, Question] = {
    "answers": Question(
        "picks from lists: favourites, distance to uniform, validity",
        {
            "source": "choice",
            "split": "test",
            "spaces": ["integer_1_10", "colour", "fruit", "weekday", "card_suit", "first_name"],
            "listed": True,
        },
        {"title": "picks from lists", "n": 32, "max_tokens": 8},
    ),
    "laws": Question(
        "numbers from stated distributions: calibration error",
        {
            "source": "distributions",
            "split": "test",
            "families": ["uniform", "gaussian", "poisson", "binomial"],
            "draws": 2,
            "decimals": 0,
            "max_bins": 101,
        },
        {"title": "numbers from stated distributions", "n": 16, "max_tokens": 8},
    ),
    "open": Question(
        "open prompts: how texts differ",
        {"source": "prompts", "split": "test", "n": 8},
        {"title": "open prompts", "n": 4, "max_tokens": 48},
    ),
    "knowledge": Question(
        "questions with options: accuracy",
        {"source": "knowledge", "split": "test"},
        {"title": "general knowledge", "n": 1, "max_tokens": 8},
    ),
    "math": Question(
        "generated problems of the GSM8K tier: accuracy and its cost",
        {"source": "gsm8k", "split": "test", "n": 20},
        {"title": "word problems", "n": 2, "max_tokens": 128},
    ),
}
# Without math, on which small models spend most of the time.
DEFAULT = ("answers", "laws", "open", "knowledge")


def study_text(name: str, models: Sequence[Model], against: str | None, asked: Sequence[str]) -> str:
    """The text of the study file: an untrained arm for each model, a benchmark for each question.

    `against`: the arm that every other one is compared with, item by item; None: no comparison.
    """
    first, *_ = models
    arms = {}
    for model in models:
        body = {"scaffold": "direct", "prompt": PROMPT, "train": False}
        body |= {} if model.base == first.base else {"base": model.base}
        body |= {"start_from": model.adapter} if model.adapter else {}
        body |= {"against": against} if against and model.name != against else {}
        arms[model.name] = body
    content = {
        "name": name,
        "title": f"How widely {', '.join(arms)} answer{'s' * (len(arms) == 1)}",
        "data": {"origin": "generated", "slices": {key: QUESTIONS[key].slice for key in asked}},
        "base": first.base,
        "arms": arms,
        **({} if against else {"compare": []}),
        "benchmarks": {key: QUESTIONS[key].benchmark for key in asked},
        "statistics": {"resamples": 1000},
    }
    questions = "; ".join(f"{key}, {QUESTIONS[key].about}" for key in asked)
    body = yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=110)
    return HEAD.format(name=name, asked=questions) + body
