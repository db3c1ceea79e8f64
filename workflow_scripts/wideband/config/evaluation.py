"""Benchmarks, metrics and prices."""

from pydantic import Field

from .base import Strict


class Benchmark(Strict):
    """A slice that every arm is evaluated on at every stage."""

    title: str | None = Field(None, description="name in the report")
    n: int = Field(8, ge=1, description="rollouts per problem")
    temperature: float = Field(1.0, ge=0, description="sampling temperature")
    max_tokens: int = Field(8192, ge=1, description="longest completion in tokens")
    seed: int = Field(20260424, description="seed of the rollouts")


class Grading(Strict):
    """How verdicts are reached."""

    timeout_s: float = Field(5.0, gt=0, description="hard limit for one comparison, processor time")
    workers: int = Field(2, ge=1, description="grading processes")


class Diversity(Strict):
    """Settings of the diversity metrics."""

    embedder: str = Field("package:all-MiniLM-L6-v2", description="package:<name>, a hub id, or a folder")
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
