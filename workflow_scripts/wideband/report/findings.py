"""What a study found, for the first page: effects that point somewhere, the strongest of each kind first."""

from collections import Counter
from dataclasses import dataclass
from operator import itemgetter
from typing import TypeVar

from ..config import Study
from .book import Book
from .effects import COST, Effect, effects
from .names import Comparison, arm_title, final

Sentence = TypeVar("Sentence")
# Sentences that are read at once, and benchmarks in one of them; the others are folded.
AT_ONCE, NAMED = 6, 3
IN_LETTERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


@dataclass(frozen=True)
class Finding:
    """Effects of one kind on the same arms that point the same way; `runs`: how often these were trained."""

    kind: str
    arm: str
    both: Comparison | None
    points: int
    effects: list[Effect]
    runs: str

    @property
    def strength(self) -> float:
        """That of its strongest effect."""
        return max(effect.strength for effect in self.effects)

    @property
    def more(self) -> str:
        """The arm that has more of what is compared."""
        return self._sides()[0]

    @property
    def less(self) -> str:
        """The arm that has less."""
        return self._sides()[1]

    def _sides(self) -> tuple[str, str]:
        """Who has more, and who has less: differences are first − second, ratios second / first."""
        if self.both is None:
            return self.arm, self.arm
        first = (self.points > 0) != (self.kind == COST)
        return self.both.pair if first else self.both.pair[::-1]


@dataclass(frozen=True)
class Findings:
    """What points somewhere, the strongest of each kind first, and what cannot be told; both may be long."""

    POWER = "four of five such studies"

    told: list[Finding]
    open: list[Finding]

    @property
    def tested(self) -> bool:
        """Whether some effect was tested together with others."""
        return any(effect.p_adjusted for found in (*self.told, *self.open) for effect in found.effects)

    def split(self, sentences: list[Sentence]) -> tuple[list[Sentence], list[Sentence]]:
        """The first few, and the others."""
        return sentences[:AT_ONCE], sentences[AT_ONCE:]

    def named(self, found: Finding) -> tuple[list[Effect], list[Effect]]:
        """The strongest few effects of a finding, and the others; one more than few is not worth folding."""
        few = len(found.effects) if len(found.effects) <= NAMED + 1 else NAMED
        return found.effects[:few], found.effects[few:]


def findings(study: Study, book: Book) -> Findings:
    """The findings of a study. `study` is a pooled one."""
    groups: dict[tuple, list[Effect]] = {}
    for effect in effects(study, book):
        groups.setdefault((effect.kind, effect.arm, effect.both, effect.points), []).append(effect)
    found = [
        Finding(
            kind,
            arm,
            both,
            points,
            sorted(group, key=lambda finding: -finding.strength),
            _runs(study, arm, both),
        )
        for (kind, arm, both, points), group in groups.items()
    ]
    told = sorted((finding for finding in found if finding.points), key=lambda finding: -finding.strength)
    return Findings(_by_turns(told), _by_turns([finding for finding in found if not finding.points]))


def _by_turns(found: list[Finding]) -> list[Finding]:
    """The first of every kind, then the second of every kind: many of one kind do not hide another."""
    seen: Counter[str] = Counter()
    turns = []
    for finding in found:
        turns.append(seen[finding.kind])
        seen[finding.kind] += 1
    return [finding for _, finding in sorted(zip(turns, found, strict=True), key=itemgetter(0))]


def _count(runs: int) -> str:
    """How many training runs, in letters: the report prints no figure that is not a record's."""
    return f"{IN_LETTERS[runs] if runs < len(IN_LETTERS) else 'several'} training runs"


def _runs(study: Study, arm: str, both: Comparison | None) -> str:
    """How often the arms were trained, in words; nothing of arms that were not trained here."""
    arms = [name for name in (both.pair if both else (arm,)) if final(study, name) != "base"]
    trained = [name for name in arms if not study.imported(name)]
    several = [name for name in trained if study.arms[name].seeds]
    per_arm = " each" if len(trained) > 1 else ""
    runs = _count(len(study.arms[several[0]].seeds)) if several else "one training run"
    if len(several) not in (0, len(trained)):
        once = [name for name in trained if name not in several]
        return f"one training run of {arm_title(study, once[0])}, {runs} of {arm_title(study, several[0])}"
    return f"{runs}{per_arm}" if trained else ""
