"""What a model can be measured by, each a slice and a benchmark; none needs data from elsewhere."""

from typing import Any, NamedTuple


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
