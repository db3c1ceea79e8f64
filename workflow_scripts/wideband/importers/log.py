"""What a log of an evaluation holds, whatever tool wrote it: its rollouts, and how many of them are lost."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, NamedTuple

from ..config.import_file import Import
from .errors import ImportFileError
from .row import Row, optional_text

UNKNOWN = "not there"
# What a row may say about its problem, under our names.
FACTS = {
    "problem": ("problem", "question"),
    "gold": ("gold",),
    "source": ("source",),
    "subject": ("subject",),
}
NUMBERS = ("level", "year")


class Option(NamedTuple):
    """A given continuation: its text, its log-probability in nats, and whether it is the right one."""

    text: str
    logprob: float
    right: bool


@dataclass(frozen=True)
class Draw:
    """One rollout of a log; what the log does not record is None. `place` is where it stands.

    `facts` is what it says about its problem, by the columns of the problems table; `prompt` the text that
    the model was given. A log of likelihoods has `options` and no completion.
    """

    place: str
    uid: str
    completion: str | None = None
    sample: int | None = None
    correct: bool | None = None
    answer: str | None = None
    facts: dict[str, Any] = field(default_factory=dict)
    prompt: str | None = None
    completion_tokens: int | None = None
    prompt_tokens: int | None = None
    finish_reason: str | None = None
    seed: int | None = None
    logprob: float | None = None
    options: tuple[Option, ...] = ()


@dataclass(frozen=True)
class Log:
    """The rollouts of one file.

    Attributes:
        task: what was evaluated, where the file says so.
        expected: rollouts that the run was to make, where the file says so.
        lost: rollouts that the file records as lost, by reason.
        stopped: why the run ended before its end, such as `cancelled`.
        verdict: the metric or scorer that counts, and `others` that could, for the importer to say.
    """

    draws: list[Draw]
    task: str | None = None
    expected: int | None = None
    lost: dict[str, int] = field(default_factory=dict)
    stopped: str | None = None
    verdict: str | None = None
    others: tuple[str, ...] = ()

    @property
    def missing(self) -> dict[str, int | None]:
        """Rollouts that are missing, by reason; None where it is unknown how many."""
        found: dict[str, int | None] = dict(self.lost)
        rest = (self.expected or 0) - len(self.draws) - sum(self.lost.values())
        if rest > 0:
            found[UNKNOWN] = rest
        elif self.stopped and not found and self.expected is None:
            found[self.stopped] = None
        return found


@dataclass(frozen=True)
class EvalFormat:
    """A format of logs: what tells it, how it is read, and what is said of it in the help.

    Attributes:
        summary, example: a line each; the example goes behind `wideband import`.
        rows: sets of fields one of which every row of such a file has; `objects` the same of one JSON object.
        suffix: a file of this suffix is of this format.
        read: the log of one file. Raises ImportFileError.
        seeds: the files of a folder are seeds of one run; else each is a run, or a task, of its own.
        check_summary: what is recorded beside a file is checked against it. Raises ImportFileError.
    """

    summary: str
    example: str
    read: Callable[[Path, Import], Log]
    rows: tuple[tuple[str, ...], ...] = ()
    objects: tuple[tuple[str, ...], ...] = ()
    suffix: str | None = None
    seeds: bool = True
    check_summary: Callable[[Path, Import], None] | None = None


def facts_of(row: Row, names: dict[str, tuple[str, ...]] = FACTS) -> dict[str, Any]:
    """What a row says about its problem. Raises ImportFileError for a gold that is a list or an object."""
    facts: dict[str, Any] = {key: optional_text(row, *any_of) for key, any_of in names.items()}
    facts |= {name: small_number(row.get(name)) for name in NUMBERS}
    return {key: value for key, value in facts.items() if value is not None}


def small_number(value: Any) -> int | None:
    """A level such as 5, "5" or "Level 5"; one such as "?" says nothing."""
    text = str(value).removeprefix("Level ")
    return int(text) if text.isdecimal() and len(text) < 10 else None


def merged(logs: Sequence[Log]) -> Log:
    """Several files as one log: uids carry the task where there are several, draws of a problem are counted
    on from file to file.
    """
    tasks = {log.task for log in logs}
    draws = [
        replace(draw, uid=f"{log.task}/{draw.uid}" if len(tasks) > 1 else draw.uid)
        for log in logs
        for draw in numbered(log.draws)
    ]
    if len(logs) > 1:
        draws = numbered([replace(draw, sample=None) for draw in draws])
    known = [log.expected for log in logs]
    return Log(
        draws,
        expected=sum(known) if all(count is not None for count in known) else None,
        lost=dict(sum((Counter(log.lost) for log in logs), Counter())),
        stopped=next((log.stopped for log in logs if log.stopped), None),
        verdict=logs[0].verdict,
        others=logs[0].others,
    )


def numbered(draws: Sequence[Draw]) -> list[Draw]:
    """Each draw with its number among those of its problem: its own, or the next one.

    Raises ImportFileError naming both places of a sample that occurs twice.
    """
    next_of: dict[str, int] = {}
    taken: dict[tuple[str, int], str] = {}
    found = []
    for draw in draws:
        sample = draw.sample if draw.sample is not None else next_of.get(draw.uid, 0)
        if (draw.uid, sample) in taken:
            raise ImportFileError(
                f"{draw.place}: sample {sample} of problem '{draw.uid}' again, first at "
                f"{taken[draw.uid, sample]}; remove one of the two"
            )
        taken[draw.uid, sample] = draw.place
        next_of[draw.uid] = sample + 1
        found.append(replace(draw, sample=sample))
    return found


def require_complete(log: Log, what: str) -> None:
    """Raises ImportFileError that says what is missing: what is lost is rarely lost at random."""
    if not log.missing and not log.stopped:
        return
    reasons = [f"{'an unknown number' if n is None else n} {reason}" for reason, n in log.missing.items()]
    ended = f"the run was stopped ({log.stopped}); " if log.stopped else ""
    raise ImportFileError(
        f"{what}: {ended}{len(log.draws)} rollouts are there, {', '.join(reasons) or 'none is known to be'} "
        "missing; finish the run, or import what is there with --incomplete, and the report will show how "
        "many are missing (what is missing is rarely missing at random)"
    )


def score(place: str, name: str, value: Any, entry: Import) -> bool:
    """Whether a score counts as correct: true, 1, C; with `at_least`, every number from there on.

    Raises ImportFileError for a score between, naming the flags that decide it.
    """
    # Grades as inspect_ai writes them: correct, incorrect, partial, no answer.
    number = {"C": 1.0, "I": 0.0, "N": 0.0, "P": 0.5}.get(value, value) if isinstance(value, str) else value
    if isinstance(number, bool | int | float):
        if entry.at_least is not None:
            return number >= entry.at_least
        if number in (0, 1):
            return bool(number)
    raise ImportFileError(
        f"{place}: {name} is {value!r}, neither right nor wrong; say from which score on an answer is right "
        "by --at-least (such as 1), choose another by --verdict, or have it graded here by --grader wideband"
    )
