"""Names, units and ranges of the measures of texts; apart, so that a plan of numbers computes none."""

import math
import re
from collections.abc import Sequence

from .estimate import Interval

OWN, WORDPIECE = "own", "wordpiece30522"
WORDS = re.compile(r"words([1-9]\d{0,8})")
# Ends of names: over the first outputs of all prompts; of correct outputs alone.
ACROSS, CORRECT = "_across", ".correct"
# The length of the n-grams that self-repetition counts (Salkar et al. 2022).
REPEATED = 4
# How often as many outputs as are correct are drawn of all outputs of a prompt.
DRAWS = 8
VENDI, DISTANCE = "vendi_per_output", "cosine_distance"
# (V − 1) / (n − 1), V the Vendi score of n outputs: 0 where all are alike, so that shares of it can be told.
FURTHER = "vendi_per_further_output"
TITLES = {
    "ead": "Expectation-adjusted distinct n-grams",
    "distinct_pair": "Distinct n-grams",
    "self_repetition_pair": "Self-repetition",
    "length": "Mean length of an output",
}
# A metric of a study's own may begin alike, such as length_in_lines.
_TOKENS = rf"(?:{OWN}|{WORDPIECE}|words[1-9]\d{{0,8}})"
MEASURES = re.compile(
    rf"(?=ead_{_TOKENS}(?:_matched\d+)?\Z|length_{_TOKENS}\Z|\w+_pair_{_TOKENS}_at\d+\Z)"
    r"(ead|distinct_pair|self_repetition_pair|length)_(\w+)"
)


def stated(tokens: str) -> int | None:
    """The size of the vocabulary that a name of tokens says it takes; None where a tokenizer has one."""
    found = WORDS.fullmatch(tokens)
    return int(found.group(1)) if found else None


def known_tokens(names: list[str]) -> list[str]:
    """The names of tokens, each once. Raises ValueError for one that cannot be counted."""
    for name in names:
        if name not in (OWN, WORDPIECE) and (stated(name) or 0) <= 1:
            raise ValueError(f"'{name}' names no tokens: known are own, wordpiece30522 and words<V>")
    return list(dict.fromkeys(names))


def ead(tokens: str) -> str:
    """Expectation-adjusted distinct n-grams."""
    return f"ead_{tokens}"


def matched(metric: str) -> str:
    """A measure of as many outputs as are correct, mean over `DRAWS` draws."""
    return f"{metric}_matched{DRAWS}"


def moved_by_number(metric: str) -> bool:
    """Whether a measure depends on how many outputs there are: the plain EAD, Vendi by further output."""
    return metric == FURTHER or bool(re.fullmatch(f"ead_{_TOKENS}", metric))


def distinct(tokens: str, length: int) -> str:
    """Distinct n-grams of two outputs of `length` tokens each."""
    return f"distinct_pair_{tokens}_at{length}"


def repetition(tokens: str, length: int) -> str:
    """Self-repetition of two outputs of `length` tokens each."""
    return f"self_repetition_pair_{tokens}_at{length}"


def mean_length(tokens: str) -> str:
    """Mean length of an output."""
    return f"length_{tokens}"


def within(tokens: Sequence[str], length: int) -> list[str]:
    """The measures inside each prompt, in the order of the table."""
    kinds = (ead, lambda t: distinct(t, length), lambda t: repetition(t, length), mean_length)
    return [kind(unit) for unit in tokens for kind in kinds] + [VENDI, FURTHER]


def across(tokens: Sequence[str], length: int) -> list[str]:
    """The measures over the first outputs of all prompts."""
    kinds = (ead, lambda t: distinct(t, length), lambda t: repetition(t, length))
    names = [kind(unit) for unit in tokens for kind in kinds]
    return [f"{name}{ACROSS}" for name in (*names, DISTANCE, VENDI)]


def is_one(metric: str) -> bool:
    """Whether a metric is one of these measures, with or without the end `.correct`."""
    name = metric.removesuffix(CORRECT).removesuffix(ACROSS)
    further = metric.removesuffix(CORRECT) in (FURTHER, matched(FURTHER))
    return further or name == VENDI or metric == DISTANCE + ACROSS or bool(MEASURES.fullmatch(name))


def unit_of(metric: str) -> str:
    """The unit of a measure."""
    name = metric.removesuffix(CORRECT).removesuffix(ACROSS)
    if name.startswith("vendi_"):
        return "fraction"
    if name == DISTANCE:
        return "cosine distance"
    kinds = {"ead": "ratio", "length": "tokens", "self_repetition_pair": "log repetitions"}
    return kinds.get(MEASURES.fullmatch(name).group(1), "fraction")


def title(metric: str) -> str:
    """A measure in words; what its tokens are stands at the end."""
    name = metric.removesuffix(ACROSS)
    over = " across prompts" if name != metric else ""
    if name in (VENDI, DISTANCE):
        return ("Vendi score per output" if name == VENDI else "Mean pairwise distance") + over
    if name == FURTHER:
        return "Vendi score less one, per output beyond the first"
    kind, rest = MEASURES.fullmatch(name).groups()
    rest, _, draws = rest.partition("_matched")
    tokens, _, length = rest.partition("_at")
    cut = ", of two outputs of one length" if length else ""
    cut = f", of as many outputs as are correct, mean of {draws} draws" if draws else cut
    return f"{TITLES[kind]}{over}{cut} (tokens: {tokens})"


def range_of(metric: str) -> Interval | None:
    """The least and greatest value of a prompt.

    None where there is no end; nor has the part of a prompt in a measure across prompts any.
    """
    name = metric.removesuffix(CORRECT)
    if name.endswith(ACROSS):
        return None
    if name.startswith(("vendi_", "distinct_pair_")):
        return (0.0, 1.0)
    found = re.fullmatch(r"self_repetition_pair_\w+_at(\d+)", name)
    return (0.0, math.log1p(int(found.group(1)) - REPEATED + 1)) if found else None
