"""A file of results that others measured: its format, whose it is, and which tables come out of it."""

from pathlib import Path
from typing import Literal, Self

from pydantic import Field

from .base import Strict

# Logs of evaluations, rollout by rollout: a file in this folder is a format.
LOGS = tuple(sorted(path.stem for path in Path(__file__).parents[1].glob("importers/evals/[a-z]*.py")))
PLAIN = (
    "counts",
    "metrics",
    "training_log",
    "curve",
    "problems",
    "cells",
    "printed",
    "grid",
    "answers",
    "workings",
)
Format = Literal[(*PLAIN, *LOGS)]
# What a log has of each rollout: its text, log-probabilities of given options, or nothing but the verdict.
Holds = Literal["completions", "likelihoods", "verdicts"]
# What a log may not record of its rollouts; without completion tokens nothing is said about cost.
Lacks = Literal["completion_tokens", "prompt_tokens", "finish_reason"]
Triple = tuple[str, str, str]

# Per-problem metrics by the column names of the multi-model release.
COLUMNS = {
    "mean_pairwise_dist": "cosine_distance",
    "emb_variance_trace": "variance_trace",
    "distinct_strategies": "strategies",
}
# Formats whose rows are problems, or rollouts of them.
DESCRIBING = ("problems", "counts", "answers", *LOGS)
# Formats that give values per item, under names of the study's choice.
VALUES = ("cells", "printed", "grid", "workings")
# What is measured of workings, by `wideband.metrics.workings`.
WORKINGS = ("signatures", "signatures_to_answer", "arithmetics", "run_on")


class Import(Strict):
    """A file of results, or several of one format that belong together, and whose they are."""

    format: Format = Field(description="an importer of wideband.importers")
    path: str | list[str] = Field(description="the file, or a list of files, under imports.root")
    arm: str | None = Field(None, description="the arm it is about; null for problems")
    checkpoint: str = Field(
        "base", description="base, a stage, or stage@step; for a training log or curve its stage"
    )
    slice: str | None = Field(None, description="the benchmark or pool it was measured on; null for a log")
    n: int | None = Field(None, ge=1, description="rollouts per problem; the benchmark's when null")
    uid: str | None = Field(
        None, description="field of a row's uid, or a pattern such as aime{year}_{problem_idx}"
    )
    where: dict[str, str | list[str]] = Field(
        default_factory=dict, description="take only rows with these values, or one of a list of them"
    )
    inside: str | None = Field(
        None, description="format problems: name of the list in a JSON object that holds the rows"
    )
    item: str | None = Field(None, description="format answers: uid of the only item that the file is about")
    models: dict[str, str | list[str]] = Field(
        default_factory=dict,
        description="format grid: the row that tells of a checkpoint, by `arm.checkpoint`; of a list of rows "
        "the mean, cell by cell",
    )
    columns: dict[str, str] = Field(
        COLUMNS,
        description="formats metrics, cells and printed: metric by the name of its column; format grid: by "
        "the name of its columns behind the task's, or by the name of a file whose columns are tasks alone",
    )
    less: dict[str, tuple[str, str]] = Field(
        default_factory=dict,
        description="format grid: metrics that are one metric less another, item by item, by their name",
    )
    fields: dict[str, str] = Field(
        default_factory=dict,
        description="a field of the file by its name here (completion, correct, n, answer, options, …)",
    )
    groups: dict[str, list[str]] = Field(
        default_factory=dict,
        description="groups of items (format answers: of options) that get numbers of their own, by name",
    )
    past: dict[str, float] = Field(
        default_factory=dict,
        description="formats cells, printed and grid: by metric, the value above which items are counted",
    )
    grader: Literal["log", "wideband"] = Field(
        "log", description="logs: whose verdicts count, the log's own or those of this project's grader"
    )
    verdict: str | None = Field(
        None,
        description="logs: the metric or scorer that decides, if there are several; scorer.key inside one",
    )
    at_least: float | None = Field(None, description="logs: a score counts as correct from this value on")
    holds: Holds = Field("completions", description="logs: what there is of each rollout")
    lacks: list[Lacks] = Field(
        default_factory=list, description="logs: what is not recorded, so that no number is made of it"
    )
    incomplete: bool = Field(
        False, description="logs: import a run although samples are missing, and report how many"
    )
    about: str | None = Field(None, description="JSON file under imports.root that names the policy")

    @property
    def paths(self) -> list[str]:
        """Its files, under imports.root."""
        return [self.path] if isinstance(self.path, str) else self.path

    @property
    def key(self) -> str:
        """What tells it from every other import of the study."""
        place = f"{self.arm}.{self.checkpoint}" if self.arm else next(iter(self.models), None)
        return ".".join(filter(None, (self.format, place, self.slice)))

    @property
    def graded_here(self) -> bool:
        """Completions that this project's grader is to judge."""
        return self.format in LOGS and self.grader == "wideband"

    def conditions(self) -> list[Self]:
        """What it tells of each checkpoint, as imports of one checkpoint; itself where it is of one alone."""
        # Jobs get the keys sorted: the order of the study file would not be theirs.
        places = [(place, *place.partition(".")[::2]) for place in sorted(self.models)]
        return [
            self.model_copy(
                update={"arm": arm, "checkpoint": at or "base", "models": {place: self.models[place]}}
            )
            for place, arm, at in places
        ] or [self]

    def names(self, field: str, *usual: str) -> tuple[str, ...]:
        """What a field may be called in the file: as `fields` says, else by its usual names."""
        return (self.fields[field],) if field in self.fields else usual

    def tables(self) -> dict[str, str]:
        """Path under the results folder of every table that is made of the file; a grid's by its places."""
        if self.models:
            places = ((place, *place.partition(".")[::2]) for place in self.models)
            return {
                f"imported.{place}": f"metrics/imported/{arm}/{at or 'base'}/{self.slice}.parquet"
                for place, arm, at in places
            }
        home, name = f"arms/{self.arm}/{self.checkpoint}", f"{self.slice}.parquet"
        made = {
            "counts": {"verdicts": f"{home}/verdicts/{name}"},
            "metrics": {"diversity": f"metrics/diversity/{self.arm}/{self.checkpoint}/{name}"},
            "answers": {"answers": f"{home}/answers/{name}"},
            **{
                table: {"imported": f"metrics/imported/{self.arm}/{self.checkpoint}/{name}"}
                for table in VALUES
            },
            "training_log": {"training_log": f"{home}/training_log.parquet"},
            "curve": {"curve": f"{home}/curve/{name}"},
            "problems": {"problems": f"data/{name}"},
        }.get(self.format) or {table: f"{home}/{table}/{name}" for table in self._of_log()}
        return made | ({"policy": f"{home}/policy/{name}"} if self.about else {})

    def _of_log(self) -> list[str]:
        text = {"completions": "rollouts", "likelihoods": "loglikelihoods"}.get(self.holds)
        verdicts = None if self.graded_here else "verdicts"
        return list(filter(None, (text, verdicts, "missing" if self.incomplete else None)))

    def measured(self) -> list[str]:
        """The metrics that it gives per item, under names of the study's choice, in one order for all."""
        if self.format == "workings":
            return sorted(WORKINGS)
        return sorted({*self.columns.values(), *self.less}) if self.format in VALUES else []

    def sources(self) -> list[str]:
        """The files it is made of, under imports.root."""
        return [*self.paths, *([self.about] if self.about else [])]

    def gives(self) -> set[str]:
        """The tables that the study then has of this arm, checkpoint and slice; later rules make some."""
        tables = {name.partition(".")[0] for name in self.tables()} - {"training_log", "curve", "problems"}
        if "rollouts" in tables:
            tables |= {"verdicts", "diversity", *(("cost",) if "completion_tokens" not in self.lacks else ())}
        return tables | ({"passk"} if "verdicts" in tables else set())
