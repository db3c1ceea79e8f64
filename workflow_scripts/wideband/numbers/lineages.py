"""Which checkpoints belong together: those of a lineage, and a policy that is asked in two ways."""

from dataclasses import dataclass
from itertools import pairwise

from ..config import Study

# An arm at a checkpoint.
Point = tuple[str, str]


@dataclass(frozen=True)
class Step:
    """A checkpoint of an arm, and one before it in its lineage: the last before it, or `base`."""

    arm: str
    start: str
    checkpoint: str
    last: bool

    @property
    def points(self) -> tuple[Point, Point]:
        """The earlier and the later checkpoint."""
        return (self.arm, self.start), (self.arm, self.checkpoint)

    def cell(self, name: str) -> str:
        """The part of an id that says which step, on the benchmark `name`."""
        return f"{name}.{self.arm}.{self.checkpoint}-{self.start}"


@dataclass(frozen=True)
class Asked:
    """A checkpoint that an arm asks in another scaffold than the arm whose policy it is."""

    arm: str
    policy: str
    checkpoint: str

    @property
    def points(self) -> tuple[Point, Point]:
        """As its own arm asks it, and as this arm does."""
        return (self.policy, self.checkpoint), (self.arm, self.checkpoint)

    def cell(self, name: str) -> str:
        """The part of an id that says which, on the benchmark `name`."""
        return f"{name}.{self.arm}-{self.policy}.{self.checkpoint}"


def steps(study: Study) -> list[Step]:
    """Every checkpoint that an arm has evaluations of its own at, from the one before it and from `base`."""
    found = []
    for arm in study.arms:
        chain = study.checkpoints(arm)
        for before, at in pairwise(chain):
            if study.evaluated_in(arm, at) == arm:
                starts = dict.fromkeys((before, *(point for point in chain[:1] if point == "base")))
                found += [Step(arm, start, at, start == before) for start in starts]
    return found


def asked(study: Study) -> list[Asked]:
    """Every checkpoint of a policy that an arm asks in a scaffold of its own; the untrained base aside."""
    found = []
    for arm, body in study.arms.items():
        if body.policy and body.scaffold != study.arms[body.policy].scaffold:
            known = study.checkpoints(body.policy)
            shared = [at for at in study.checkpoints(arm) if at in known and at != "base"]
            found += [Asked(arm, body.policy, at) for at in shared]
    return found


def together(study: Study) -> list[tuple[Point, Point]]:
    """(earlier, later) of all that is compared, each pair once.

    A checkpoint with the one before it, the last one of an arm with the base; a policy asked in two ways; the
    ends of compared arms.
    """
    every = [step for step in steps(study) if step.last or step.checkpoint == study.checkpoints(step.arm)[-1]]
    found = [comparison.points for comparison in (*every, *asked(study))]
    return list(dict.fromkeys([*found, *ends(study)]))


def ends(study: Study) -> list[tuple[Point, Point]]:
    """The last checkpoints of compared arms, second arm first, as of an earlier and a later one."""
    met = [(*pair, study.meetings(*pair)[-1]) for pair in study.pairs()]
    return [((second, at[1]), (first, at[0])) for first, second, at in met]
