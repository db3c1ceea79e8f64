"""Benchmarks, metrics and prices."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from ..lists import ascending
from ..metrics.judge_prompt import PROMPT, asking
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
    seen: str | None = Field(
        None,
        description="a slice that stages train on and that has all items of this benchmark, whose name then "
        "ends in `_seen`; null: no trained item may be in it",
    )


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
    revision: str | None = Field(
        None, description="commit of the hub repository; that under `data.revisions` when null"
    )
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
    """Which texts are compared, and which model says whether one entails the other."""

    model: str = Field(
        "stand-in:overlap",
        min_length=1,
        description="a classifier of entailment, neutral and contradiction: a hub id or a folder; or the "
        "embedded stand-in `stand-in:overlap`, which compares words and numbers and is no language model",
    )
    revision: str | None = Field(
        None, description="commit of the hub repository; that under `data.revisions` when null"
    )
    align: Literal["sentences", "whole"] = Field(
        "sentences",
        description="`sentences`: the first of one output with the first of the other and so on; `whole`: "
        "whole outputs",
    )
    sentences: int = Field(
        3, ge=1, description="largest number of aligned sentences of two outputs, drawn at random"
    )
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


class Novelty(Strict):
    """NoveltyBench's own models, for task `novelty`: which answers are the same, and how good they are."""

    classifier: str = Field(
        "yimingzhang/deberta-v3-large-generation-similarity",
        min_length=1,
        description="a classifier of pairs of answers, whose second label says that they are the same: a hub "
        "id or a folder",
    )
    classifier_revision: str | None = Field(None, description="commit of the classifier's hub repository")
    tokenizer: str | None = Field(
        "microsoft/deberta-v3-large",
        description="where the classifier's tokenizer is; null: with the classifier",
    )
    tokenizer_revision: str | None = Field(None, description="commit of the tokenizer's hub repository")
    tokens: int = Field(128, ge=1, description="leading tokens of an answer that the classifier reads")
    same: float = Field(0.102, ge=0, lt=1, description="two answers count as the same above this probability")
    reward: str = Field(
        "Skywork/Skywork-Reward-Gemma-2-27B-v0.2",
        min_length=1,
        description="a reward model of one value for a conversation of prompt and answer: a hub id or a "
        "folder",
    )
    reward_revision: str | None = Field(None, description="commit of the reward model's hub repository")
    reward_dtype: Literal["float32", "bfloat16"] = Field("bfloat16", description="dtype of the reward model")
    rewards: Annotated[list[float], AfterValidator(ascending)] = Field(
        [-7.71875, -6.28125, -6.0, -5.71875, -5.5, -5.0, -4.375, -3.4375, -2.046875],
        min_length=9,
        max_length=9,
        description="thresholds: a reward gives one point, and one more for each threshold that it exceeds; "
        "the published ones belong to the default reward model",
    )


class Judge(Strict):
    """A model that says which of two answers is better: of a checkpoint, and of the base of its arm.

    It is asked through an OpenAI-compatible chat API, about prompts without a right answer.
    """

    url: str = Field(description="address of the API up to its version, such as https://api.openai.com/v1")
    model: str = Field(min_length=1, description="the judge's name there")
    key_variable: str | None = Field(
        "OPENAI_API_KEY", description="environment variable that holds the key; null: no key is needed"
    )
    prompt: Annotated[str, AfterValidator(asking)] = Field(
        PROMPT,
        description="what it is asked, with {prompt}, {first} and {second} in it; the answer counted is the "
        "last `Verdict:` with A, B or tie behind it. Its digest is part of the names of numbers",
    )
    pairs: int = Field(4, ge=1, description="pairs of answers that are drawn of each prompt")
    swap: bool = Field(
        True,
        description="ask about each pair in both orders; false: only in the one that is drawn, at half the "
        "price, so that a judge's position bias adds noise",
    )
    seed: int = Field(1234, description="seed of pairs and orders")
    characters: int = Field(4000, ge=1, description="leading characters of an answer that are judged")
    max_tokens: int = Field(512, ge=1, description="longest answer of the judge in tokens")
    input_per_million: float = Field(0.0, ge=0, description="the judge's price of a million prompt tokens")
    output_per_million: float = Field(0.0, ge=0, description="its price of a million completion tokens")


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
