"""Benchmarks, metrics and prices."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from ..metrics.text_names import known_tokens
from .base import Strict


class Benchmark(Strict):
    """A slice that every arm is evaluated on at every stage."""

    title: str | None = Field(None, description="name in the report")
    n: int = Field(
        8,
        ge=0,
        description="rollouts per problem; 0: nothing is sampled, and there are only exact probabilities, "
        "of items that list their answers",
    )
    temperature: float = Field(1.0, ge=0, description="sampling temperature")
    max_tokens: int = Field(8192, ge=1, description="longest completion in tokens")
    seed: int = Field(20260424, description="seed of the rollouts")


class Grading(Strict):
    """How verdicts are reached."""

    timeout_s: float = Field(5.0, gt=0, description="hard limit for one comparison, processor time")
    workers: int = Field(2, ge=1, description="grading processes")


class Diversity(Strict):
    """Settings of the diversity metrics."""

    embedder: str = Field(
        "package:all-MiniLM-L6-v2",
        description="`package:all-MiniLM-L6-v2`, `package:all-mpnet-base-v2` (after `make mpnet`), a hub id, "
        "or a folder",
    )
    revision: str | None = Field(None, description="commit of the hub repository")
    characters: int = Field(2000, ge=1, description="leading characters of the body that are embedded")
    eps: float = Field(0.25, gt=0, description="DBSCAN radius in cosine distance")
    min_samples: int = Field(2, ge=1, description="DBSCAN core size")
    ngrams: list[int] = Field([1, 2, 3], description="n-gram orders of distinct-n")
    vocabulary: int = Field(
        30522,
        ge=2,
        description="vocabulary size of expectation-adjusted distinct n-grams, the same for all arms",
    )


class Texts(Strict):
    """Measures of n-grams and vectors, inside each prompt and across the first outputs of all prompts."""

    tokens: Annotated[list[str], AfterValidator(known_tokens)] = Field(
        ["own"],
        min_length=1,
        description="what n-grams consist of, with its vocabulary; numbers are named by it: "
        "`own` (the base model's tokenizer), `wordpiece30522` (that of all-MiniLM-L6-v2), `words<V>` (words "
        "between blanks, with a vocabulary of V)",
    )
    ngrams: list[Annotated[int, Field(ge=1, le=10)]] = Field(
        [1, 2, 3, 4, 5],
        min_length=1,
        description="n-gram orders, which EAD and distinct n-grams average over",
    )
    length: int = Field(
        64,
        ge=10,
        description="tokens that outputs are cut to for distinct n-grams and self-repetition; shorter "
        "outputs are left out",
    )


class Entailment(Strict):
    """Which texts are held against each other, and what judges whether one entails the other."""

    model: str = Field(
        "stand-in:overlap",
        min_length=1,
        description="a classifier of entailment, neutral and contradiction: a hub id or a folder; or the "
        "embedded stand-in `stand-in:overlap`, which compares words and numbers and is no language model",
    )
    revision: str | None = Field(None, description="commit of the hub repository")
    align: Literal["sentences", "whole"] = Field(
        "sentences",
        description="`sentences`: the first of one output with the first of the other and so on; `whole`: "
        "whole outputs",
    )
    sentences: int = Field(3, ge=1, description="at most so many aligned sentences of two outputs, drawn")
    pairs: int | None = Field(
        None,
        ge=2,
        description="pairs of outputs that are drawn of each prompt, with the error of that as a number of "
        "its own; null: all",
    )
    across: int = Field(
        500, ge=0, description="pairs of first outputs of different prompts that are drawn; 0: none"
    )
    seed: int = Field(1234, description="seed of what is drawn")
    characters: int = Field(2000, ge=1, description="leading characters of a text that are judged")


class Statistics(Strict):
    """Intervals and tests."""

    confidence: float = Field(0.95, gt=0, lt=1, description="level of intervals")
    resamples: int = Field(2000, ge=100, description="bootstrap resamples of problems")
    seed: int = Field(7, description="seed of the bootstrap")


class Prices(Strict):
    """Price table for cost in money."""

    currency: str = Field("USD", description="currency of the table")
    input_per_million: float = Field(0.0, ge=0, description="price of a million prompt tokens")
    output_per_million: float = Field(0.0, ge=0, description="price of a million completion tokens")
    core_hour: float = Field(0.0, ge=0, description="price of a CPU core hour")
    gpu_hour: float = Field(0.0, ge=0, description="price of a GPU hour")
