"""The ids of the number records that the report shows; the patterns are described in wideband.numbers."""

from ..config import Study
from ..numbers import plan

Pair = tuple[str, str]


def cell(metric: str, slice_name: str, arm: str, checkpoint: str, detail: str = "") -> str:
    """A number about one arm: `<metric>.<slice>.<arm>.<checkpoint>[.<detail>]`."""
    return ".".join(filter(None, (metric, slice_name, arm, checkpoint, detail)))


def paired(metric: str, slice_name: str, pair: Pair, checkpoint: str, detail: str = "") -> str:
    """A number about two arms: `<metric>.<slice>.<first>-<second>.<checkpoint>[.<detail>]`."""
    return cell(metric, slice_name, "-".join(pair), checkpoint, detail)


def difference(metric: str, slice_name: str, pair: Pair, checkpoint: str, detail: str = "") -> str:
    """A paired difference, first arm − second."""
    return paired(f"{metric}.diff", slice_name, pair, checkpoint, detail)


def p_holm(identity: str) -> str:
    """The Holm-adjusted p-value that belongs to a difference."""
    return f"{identity}.p_holm"


def p_raw(identity: str) -> str:
    """The p-value of a difference as its paired t-test gives it."""
    return f"{identity}.p"


def pass_at(k: int) -> str:
    """The metric pass@k."""
    return f"pass@{k}"


def ks(study: Study, slice_name: str) -> list[int]:
    """Every k that some evaluation on the benchmark has a number at."""
    cells = [(arm, at) for arm, at, name in study.evaluations("passk") if name == slice_name]
    return sorted({k for cell in cells for k in plan.ks(study, slice_name, cell)})


def undecided(slice_name: str, arm: str, checkpoint: str) -> str:
    """The count of rollouts that the grader reached no verdict on."""
    return cell("undecided", slice_name, arm, checkpoint)


def held_out_kl(slice_name: str, arm: str, stage: str, step: int) -> str:
    """The mean KL of items that are held out, after so many steps of a stage."""
    return cell("held_out_kl", slice_name, arm, f"{stage}@{step}")


def gain(slice_name: str, arm: str, checkpoint: str, start: str) -> str:
    """Accuracy of a checkpoint minus that of the one it is measured against."""
    return f"gain.{slice_name}.{arm}.{checkpoint}-{start}"
