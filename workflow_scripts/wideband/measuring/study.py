"""The study file of a measurement: kept, to be read and edited like any other."""

from collections.abc import Sequence

import yaml

from .models import Model
from .questions import QUESTIONS

PROMPT = "config/prompts/direct.txt"
HEAD = """\
# Written by `wideband measure`; edit it as you like, and run it again with
#   snakemake --cores all --config study={name}
# Asked: {asked}.
"""


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
