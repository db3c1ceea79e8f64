"""Which transcripts the gallery shows, and in which order: by rule and never by hand."""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from .. import scaffolds
from ..config import Study
from ..config.runs import evaluated_runs
from ..lists import listed
from ..tables import read_table
from .names import arm_title, benchmark_title, compared, final, ordered_arms

LONGEST = 12_000
# Characters of problems, golds and completions on the page, shared evenly by its benchmarks: what a browser
# opens at once.
MOST = 2_000_000
KEY = ["uid", "sample"]
ONLY = " only"
VERDICTS = {
    "undecided": "undecided, counts as wrong",
    "no_answer": "no answer",
    "unparsed": "unreadable answer",
    "crashed": "wrong: the program crashed",
    "timed_out": "wrong: the program ran out of time",
}


@dataclass(frozen=True)
class Transcript:
    """One rollout with its verdict; `path` is the table it stands in.

    `correct` and `n_correct` go by what decides, see Case.
    """

    arm: str
    checkpoint: str
    trained: bool
    completion: str
    cut: bool
    answer: str | None
    correct: bool | None
    tag_valid: bool | None
    status: str
    tokens: int | None
    finish_reason: str
    n_correct: int
    n: int
    path: str

    def verdict(self, decides: str) -> str:
        """What the grader said, in words; `decides` as in Case."""
        if self.correct:
            return decides
        return "not valid" if decides == "valid" else VERDICTS.get(self.status, "wrong")


@dataclass(frozen=True)
class Case:
    """A problem of a benchmark and the transcripts of every shown arm, before and after training.

    `decides` is the column of verdicts that outcomes go by: `correct`, or `valid` where nothing is right.
    `before` are the turns before the problem.
    """

    benchmark: str
    title: str
    uid: str
    problem: str
    gold: str | None
    before: tuple[str, ...]
    decides: str
    facts: tuple[str, ...]
    outcome: str
    transcripts: tuple[Transcript, ...]

    @property
    def size(self) -> int:
        """How many characters of text it has."""
        texts = [text.completion for text in self.transcripts]
        return sum(map(len, (self.problem, self.gold or "", *self.before, *texts)))

    @property
    def differs(self) -> bool:
        """Whether one of the shown arms solves the problem and another does not."""
        return self.outcome.endswith(ONLY)


def cases(study: Study, root: Path) -> list[Case]:
    """The gallery of a study, benchmark by benchmark, `root` being its results folder.

    The problems of every benchmark, those first whose outcome differs between the arms, otherwise in slice
    order: the outcome is which of the shown arms solves the problem with its first rollout, and that first
    rollout is what is shown. Of long completions only as many problems fit, the first of the slice.
    Of an arm that was trained several times the first run is shown. `study` is a pooled one.
    """
    found: list[Case] = []
    shown = shown_benchmarks(study)
    for benchmark in shown:
        found += _benchmark_cases(study, root, benchmark, MOST // len(shown))
    return sorted(found, key=lambda case: not case.differs)


def shown_arms(study: Study) -> list[str]:
    """The compared arms, or as many arms as there are up to two."""
    both = compared(study)
    arms = list(both.pair) if both else ordered_arms(study)
    return [arm for arm in arms if any(cell[0] == arm for cell in study.evaluations("rollouts"))][:2]


def shown_checkpoints(study: Study) -> list[tuple[str, str]]:
    """(arm, checkpoint) of everything the gallery shows: each arm before training and at its end."""
    return [
        (arm, at)
        for arm in shown_arms(study)
        for at in dict.fromkeys(("base", final(study, arm)))
        if at in study.checkpoints(arm)
    ]


def shown_benchmarks(study: Study) -> list[str]:
    """Benchmarks with completions of all that the gallery shows; imported results may lack them."""
    shown = shown_checkpoints(study)
    return [
        name
        for name in study.benchmarks
        if shown and all(study.has("rollouts", arm, at, name) for arm, at in shown)
    ]


def table_paths(arm: str, checkpoint: str, benchmark: str) -> tuple[str, str]:
    """Rollouts and verdicts of a checkpoint on a benchmark, relative to the results folder."""
    folder = f"arms/{arm}/{checkpoint}"
    return f"{folder}/rollouts/{benchmark}.parquet", f"{folder}/verdicts/{benchmark}.parquet"


def _benchmark_cases(study: Study, root: Path, benchmark: str, room: int) -> list[Case]:
    tables = {
        (arm, at): _rollouts(root, evaluated_runs(study, arm, at)[0], at, benchmark)
        for arm, at in shown_checkpoints(study)
    }
    problems = read_table(root / f"data/{benchmark}.parquet", "problems")
    chosen: list[Case] = []
    for problem in problems.to_dict("records"):
        case = _case(study, benchmark, problem, tables)
        room -= case.size if case else 0
        if room < 0:
            break
        chosen += [case] if case else []
    return chosen


def _rollouts(root: Path, arm: str, checkpoint: str, benchmark: str) -> dict[str, pd.DataFrame]:
    """Rollouts with their verdicts by problem, in order of sample."""
    rollouts, verdicts = (root / path for path in table_paths(arm, checkpoint, benchmark))
    graded = read_table(verdicts, "verdicts")[[*KEY, "answer", "correct", "valid", "tag_valid", "status"]]
    joined = read_table(rollouts, "rollouts").merge(graded, on=KEY, validate="one_to_one")
    return dict(iter(joined.sort_values(KEY).groupby("uid", sort=False)))


def _case(
    study: Study, benchmark: str, problem: dict, tables: dict[tuple[str, str], dict[str, pd.DataFrame]]
) -> Case | None:
    if any(problem["uid"] not in table for table in tables.values()):
        return None
    graded = "gold" in study.gives(benchmark)
    decides = "correct" if graded else "valid"
    transcripts = tuple(
        _transcript(study, arm, at, benchmark, table[problem["uid"]], decides)
        for (arm, at), table in tables.items()
    )
    return Case(
        benchmark,
        benchmark_title(study, benchmark),
        problem["uid"],
        _text(problem["problem"]) or "(the text is not among the imported files)",
        (_text(problem["gold"]) or "not known") if graded else None,
        tuple(listed(problem["turns"])),
        decides,
        _facts(problem),
        _outcome(study, transcripts),
        transcripts,
    )


def _transcript(
    study: Study, arm: str, checkpoint: str, benchmark: str, rows: pd.DataFrame, decides: str
) -> Transcript:
    first = rows.iloc[0]
    text = first["completion"]
    return Transcript(
        arm=arm,
        checkpoint=checkpoint,
        trained=checkpoint == final(study, arm),
        completion=text[:LONGEST],
        cut=len(text) > LONGEST,
        answer=_text(first["answer"]),
        correct=_flag(first[decides]),
        tag_valid=_flag(first["tag_valid"]) if scaffolds.get(study.arms[arm].scaffold).tagged else None,
        status=first["status"],
        tokens=None if pd.isna(first["completion_tokens"]) else int(first["completion_tokens"]),
        finish_reason=first["finish_reason"],
        n_correct=int(rows[decides].map(_flag).eq(True).sum()),
        n=len(rows),
        path=table_paths(evaluated_runs(study, arm, checkpoint)[0], checkpoint, benchmark)[0],
    )


def _outcome(study: Study, transcripts: tuple[Transcript, ...]) -> str:
    solved = [text.arm for text in transcripts if text.trained and text.correct]
    arms = shown_arms(study)
    if len(solved) == len(arms):
        return "both" if len(arms) == 2 else "solved"
    if not solved:
        return "neither" if len(arms) == 2 else "unsolved"
    return f"{arm_title(study, solved[0])}{ONLY}"


def _facts(problem: dict) -> tuple[str, ...]:
    level, subject = problem.get("level"), _text(problem.get("subject"))
    named = [subject, None if pd.isna(level) else f"level {int(level)}", problem["source"]]
    return tuple(fact for fact in named if fact)


def _text(value: object) -> str | None:
    return None if pd.isna(value) else str(value)


def _flag(value: object) -> bool | None:
    return None if pd.isna(value) else bool(value)
