"""Requests to write a multiple-choice question: where does the right answer stand?"""

import pandas as pd

from ...config.data import Slice
from ..problems import table
from .lettered import letter

NAME = "written_questions"
LETTERS = tuple(map(letter, range(4)))
SUBJECTS = (
    "geography",
    "history",
    "biology",
    "medicine",
    "chemistry",
    "physics",
    "mathematics",
    "literature",
    "music",
    "cooking",
    "law",
    "everyday life",
)
REQUEST = (
    "Write one multiple-choice question about {subject}. Give it four options, A, B, C and D, each on a line "
    "of its own; exactly one is right. End with a line that says 'Correct answer:' and the letter of the "
    "right option. Let chance decide which of the four letters that is, each being as likely as the others."
)


def items(part: Slice) -> pd.DataFrame:
    """The problems table: a request for each subject."""
    return table([_item(part, subject) for subject in SUBJECTS])


def _item(part: Slice, subject: str) -> dict[str, object]:
    return {
        "uid": f"{NAME}_{subject.replace(' ', '_')}",
        "source": NAME,
        "split": part.split,
        "task": "position",
        "problem": REQUEST.replace("{subject}", subject),
        "subject": subject,
        "answer_type": "option",
        "options": list(LETTERS),
    }
