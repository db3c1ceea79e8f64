"""What untrained models answer, in words for the first page: every figure is a record with its interval."""

from collections.abc import Iterator
from dataclasses import dataclass

from ..config import Study
from . import ids
from .book import Book
from .names import benchmark_title, final, ordered_arms


@dataclass(frozen=True)
class Said:
    """A figure and the words before and behind it."""

    before: str
    identity: str
    form: str
    behind: str = ""


@dataclass(frozen=True)
class Words:
    """What one arm does on one benchmark."""

    title: str
    arm: str
    said: list[Said]


# Metric, words before it, its form, words behind it. Exact laws come before what samples say of the same.
SENTENCES = (
    ("top_mass", "Its favourite answer takes", ".0%", "of the mass of valid answers"),
    ("effective_answers", "it answers as evenly as", ".1f", "equally likely answers would"),
    ("total_variation", "total variation to the law asked for is", ".3f", ""),
    ("sampled_variation", "the total variation of its samples is", ".3f", ""),
    ("variation_floor", "by chance alone that would be", ".3f", ""),
    ("excess_variation", "so much lies above chance:", ".3f", ""),
    ("wasserstein_by_range", "its law is off the stated one by", ".3f", "of that law's range (Wasserstein)"),
    ("sampled_wasserstein_by_range", "its samples are off the stated law by", ".3f", "of that law's range"),
    ("valid_mass", "it gives a valid answer with probability", ".1%", ""),
    ("sampled_valid", "of its samples", ".1%", "are valid"),
    ("loglikelihood_accuracy", "the likeliest answer is right in", ".1%", "of the questions"),
    ("pass@1", "a sampled answer is right in", ".1%", "of the cases"),
    ("unique_answers", "it gives", ".1f", "different answers to a prompt"),
    ("top_answer_share", "the most frequent one takes", ".0%", "of its samples"),
    ("vendi", "its texts differ as much as", ".2f", "texts with nothing in common would (Vendi score)"),
    ("cosine_distance", "their mean distance is", ".3f", "(cosine)"),
    ("tokens_per_rollout", "an answer takes", ",.0f", "tokens"),
)


def in_words(study: Study, book: Book) -> list[Words]:
    """Of every benchmark and arm what there is to say; nothing of a study that trains or imports."""
    if study.imports or study.trained():
        return []
    found = [
        Words(benchmark_title(study, name), arm, list(_said(study, book, name, arm)))
        for name in study.benchmarks
        for arm in ordered_arms(study)
    ]
    return [sentence for sentence in found if sentence.said]


def _said(study: Study, book: Book, name: str, arm: str) -> Iterator[Said]:
    for metric, before, form, behind in SENTENCES:
        identity = ids.cell(metric, name, arm, final(study, arm))
        if book.value(identity) is not None:
            yield Said(before, identity, form, behind)
