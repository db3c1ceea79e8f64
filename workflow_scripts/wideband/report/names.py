"""Words for arms, checkpoints, benchmarks and metrics, in headings and legends."""

from dataclasses import dataclass

from ..config import Study


def benchmark_title(study: Study, name: str) -> str:
    """A benchmark's title in the report."""
    return study.benchmarks[name].title or spaced(name)


def spaced(name: str) -> str:
    """A key as words: `math_continuation` is `math continuation`."""
    return name.replace("_", " ")


@dataclass(frozen=True)
class Comparison:
    """Both compared arms and the last checkpoint that both have; `suffix` names it if not their end."""

    first: str
    second: str
    checkpoint: str
    suffix: str

    @property
    def pair(self) -> tuple[str, str]:
        """Both arms in order."""
        return self.first, self.second

    @property
    def minus(self) -> str:
        """The difference in words."""
        return f"{self.first} − {self.second}{self.suffix}"


def compared(study: Study) -> Comparison | None:
    """How the two arms of `study.compare` are paired; None when the study lacks one of them."""
    first, second = study.compare
    if not {first, second} <= set(study.arms):
        return None
    shared = [at for at in study.checkpoints(first) if at in study.checkpoints(second)]
    ends = {final(study, first), final(study, second)}
    return Comparison(first, second, shared[-1], "" if ends == {shared[-1]} else f", at {spaced(shared[-1])}")


def ordered_arms(study: Study) -> list[str]:
    """The compared arms first, then the others in the study's order."""
    pair = [arm for arm in study.compare if arm in study.arms]
    return pair + [arm for arm in study.arms if arm not in pair]


def trained_arms(study: Study) -> list[str]:
    """The arms that pass through the stages, in the report's order."""
    return [arm for arm in ordered_arms(study) if study.arms[arm].train]


def final(study: Study, arm: str) -> str:
    """The checkpoint that an arm ends with."""
    return study.checkpoints(arm)[-1]


def hill(study: Study) -> tuple[str, list[str]] | None:
    """The stage whose checkpoints are evaluated, and the chain start, steps …, end."""
    stage = next((name for name, stage in study.stages.items() if stage.hill_climb), None)
    if stage is None:
        return None
    return stage, [study.stage_before(stage), *study.step_checkpoints(stage), stage]
