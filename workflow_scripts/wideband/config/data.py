"""Where problems come from: slices and the pool's held-out split."""

from typing import Literal

from pydantic import Field

from .base import Strict
from .sources import Draws

# Kinds that examples are drawn from, unless a study names others: none of the published ten.
EXAMPLES = ("metal", "planet", "month", "instrument", "vegetable", "sport", "gemstone", "profession")


class Slice(Strict):
    """A named, ordered set of problems taken from one source."""

    source: str = Field(description="name of a source in wideband.data.sources")
    split: Literal["train", "test", "pool"] = Field(description="the source's own split")
    n: int | None = Field(None, ge=1, description="how many problems; all when null")
    levels: list[int] | None = Field(None, description="keep these difficulty levels only")
    subjects: list[str] | None = Field(
        None, description="keep problems of these subjects only, as their source names them"
    )
    stratify: Literal["level", "subject", "source", "year"] | None = Field(
        None, description="take equal counts of each value of this column"
    )
    exclude: list[str] = Field(
        default_factory=list, description="slices whose problem texts are removed from this one"
    )
    spaces: list[str] = Field(
        default_factory=list, description="answer spaces that are asked for, files of config/spaces"
    )
    listed: bool = Field(False, description="the question shows the options")
    paraphrases: int = Field(1, ge=1, description="ways of asking for each space, the first of its requests")
    orders: int = Field(1, ge=1, description="orders of the shown options for each way of asking")
    shots: int = Field(0, ge=0, description="answered questions of other spaces before the question")
    shot_spaces: list[str] = Field(list(EXAMPLES), description="answer spaces that `shots` are drawn from")
    drawn_as: str | None = Field(
        None,
        description="another slice, of the same settings, whose problems this one has: the two differ in "
        "their worked answers alone; null: its own name decides which problems are drawn",
    )
    solutions: int = Field(0, ge=0, description="worked answers that come with each problem, at most")
    teachers: int = Field(
        1, ge=1, le=8, description="ways of writing of the worked answers of generated problems"
    )
    families: list[str] = Field(
        default_factory=list, description="families of distributions that numbers are asked from"
    )
    parameters: Literal["inside", "outside"] = Field(
        "inside", description="draw parameters inside or outside of the ranges that training sees"
    )
    kinds: list[str] = Field(
        default_factory=list,
        description="kinds of prompts, each with numbers of its own; empty: all kinds, as one",
    )
    file: str | None = Field(
        None,
        description="file with passages of your own, a row each in column `text` (and `subject`): CSV, JSON, "
        "JSON lines or Parquet; null: those of the package",
    )
    draws: Draws = Field(
        1, description="settings of the parameters that are drawn for each family, or how many by family"
    )
    decimals: int = Field(2, ge=0, le=15, description="decimals of a canonical value; integers have none")
    max_bins: int = Field(
        1001, ge=2, description="most canonical values; of more, evenly spaced ones are kept"
    )


class Data(Strict):
    """Sources and slices of a study."""

    origin: Literal["generated", "local", "hub"] = Field(
        "generated", description="generated families, files under `root`, or the Hugging Face hub"
    )
    root: str | None = Field(None, description="folder of benchmark files when origin is local")
    mirror: str | None = Field(
        None, description="folder of hub repositories, <mirror>/<owner>/<name>, read instead of the hub"
    )
    revisions: dict[str, str] = Field(
        default_factory=dict, description="40-digit commits by hub repository, in place of the pinned ones"
    )
    verify: bool = Field(True, description="refuse source content whose digest is not the registered one")
    seed: int = Field(20260423, description="seed of generation and of every draw of problems")
    slices: dict[str, Slice] = Field(default_factory=dict, description="slices by name")


class Heldout(Strict):
    """The shared held-out part of the pool, drawn without looking at any band."""

    slice: str = Field("olympiad_heldout", description="name the held-out slice gets")
    n_per_source: int = Field(25, ge=1, description="problems drawn from each source of the pool")
    seed: int = Field(20260424, description="seed of the draw")


class Band(Strict):
    """Pass-rate classification of the pool by the policy that a stage starts from."""

    pool: str = Field("olympiad_pool", description="slice to be filtered")
    n_samples: int = Field(8, ge=2, description="rollouts per problem (G)")
    temperature: float = Field(1.0, gt=0, description="sampling temperature")
    max_tokens: int = Field(8192, ge=1, description="longest completion in tokens")
    heldout: Heldout = Field(default_factory=Heldout, description="the shared held-out split")
    if_empty: Literal["stop", "pool"] = Field(
        "stop", description="no problem in the band: stop, or train on the whole pool minus held-out"
    )
