"""Prompts with two instructions each that a rule verifies, made here, for studies without files."""

from itertools import product

import pandas as pd

from ... import instructions
from ...config.data import Slice
from ...config.sources import TASKS
from ..problems import table

NAME = "instructed_prompts"
TOPICS = ("a river", "a good neighbour", "the night sky", "an old bicycle")
# What is asked for, the check, and what the check is told.
ASKED: tuple[tuple[str, str, dict], ...] = (
    ("Use no commas.", "punctuation:no_comma", {}),
    ("Use lower-case letters only.", "change_case:english_lowercase", {}),
    ("Put a title in double angle brackets, as in <<title>>.", "detectable_format:title", {}),
    (
        "Write fewer than 60 words.",
        "length_constraints:number_words",
        {"num_words": 60, "relation": "less than"},
    ),
    ("Use the word time.", "keywords:existence", {"keywords": ["time"]}),
    ("End with the words: that is all.", "startend:end_checker", {"end_phrase": "that is all."}),
)


def items(part: Slice) -> pd.DataFrame:
    """The problems table: every topic with each instruction and the one after it."""
    return table([_item(part, topic, place) for topic, place in product(TOPICS, range(len(ASKED)))])


def _item(part: Slice, topic: str, place: int) -> dict[str, str]:
    both = (ASKED[place], ASKED[(place + 1) % len(ASKED)])
    return {
        "uid": f"{NAME}_{TOPICS.index(topic) + 1}_{place + 1}",
        "source": NAME,
        "split": part.split,
        "task": TASKS[NAME],
        "problem": " ".join(
            [f"Write a few sentences about {topic}.", *(instruction for instruction, *_ in both)]
        ),
        "gold": instructions.written((name, arguments) for _, name, arguments in both),
        "subject": both[0][1].partition(":")[0],
        "answer_type": "text",
    }
