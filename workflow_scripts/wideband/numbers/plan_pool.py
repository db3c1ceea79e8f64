"""The numbers of the pool's band and of training."""

from collections.abc import Iterator, Sequence

from ..band import BANDS, VARIANCE_BAND
from ..config import Study
from .plan import Request, arm_path, joined, metric_path
from .plan_arms import undecided

LOGGED = ("reward", "correct", "entropy")
LOGGED_WITHOUT_GOLD = ("reward", "valid", "entropy")
LOGGED_LOSS = ("loss",)
END_STEPS = 5


def band_numbers(study: Study, sources: Sequence[str]) -> Iterator[Request]:
    """Requests about the pool, given the sources that occur in it; none where no band was measured."""
    bands, pool = study.bands(), study.band.pool
    if not bands:
        return
    yield Request(f"pool_size.{pool}", "band.pool_size", {}, (pool_path(study),))
    for arm, at in bands.items():
        yield from _one_arm(study, f"{pool}.{arm}.{at}", arm_path("band", arm, at, pool), sources)
        yield from undecided(study, arm, at, pool)
    for first, second in study.pairs():
        if not {first, second} <= set(bands):
            continue
        paths = (arm_path("band", first, bands[first], pool), arm_path("band", second, bands[second], pool))
        yield from _two_arms(f"{pool}.{first}-{second}.{joined(bands[first], bands[second])}", paths)


def pool_path(study: Study) -> str:
    """The table of the pool's problems."""
    return f"data/{study.band.pool}.parquet"


def _one_arm(study: Study, cell: str, path: str, sources: Sequence[str]) -> Iterator[Request]:
    for band in BANDS:
        yield Request(f"band_size.{cell}.{band}", "band.size", {"band": band}, (path,))
        yield Request(f"band_share.{cell}.{band}", "band.share", {"band": band}, (path,))
        for source in sources:
            args = {"band": band, "source": source}
            paths = (path, pool_path(study))
            yield Request(f"band_source.{cell}.{source}.{band}", "band.source_size", args, paths)
    yield Request(f"band_expected.{cell}", "band.expected_size", {}, (path,))
    yield Request(f"band_stability.{cell}", "band.stability", {}, (path,))


def _two_arms(cell: str, paths: tuple[str, str]) -> Iterator[Request]:
    yield Request(f"band_ratio.{cell}", "band.ratio", {"band": VARIANCE_BAND}, paths)
    for first in BANDS:
        for second in BANDS:
            args = {"first": first, "second": second}
            yield Request(f"band_contingency.{cell}.{first}+{second}", "band.contingency", args, paths)


def training_numbers(study: Study) -> Iterator[Request]:
    """Requests about every stage of every trained arm, and the study's totals."""
    logs = []
    for arm, stage in study.logs():
        path = f"arms/{arm}/{stage}/training_log.parquet"
        logs.append(path)
        asked = study.stages[stage].slice or study.band.pool
        logged = LOGGED if "gold" in study.gives(asked) else LOGGED_WITHOUT_GOLD
        if study.stages[stage].method != "grpo":
            logged = LOGGED_LOSS
        # How many steps reach a number of tokens is not known here.
        steps = min(END_STEPS, max(1, (study.stages[stage].steps or 2 * END_STEPS) // 2))
        yield from _stage(f"{arm}.{stage}", steps, path, logged)
        if study.stages[stage].tokens is not None:
            args = {"column": "trained_tokens"}
            yield Request(f"trained_tokens.{arm}.{stage}", "training.total", args, (path,))
    for arm, stage in study.eval_logs():
        name, path = study.stages[stage].eval.slice, f"arms/{arm}/{stage}/eval_log.parquet"
        for step in study.eval_steps(stage):
            args = {"step": step}
            yield Request(f"held_out_kl.{name}.{arm}.{stage}@{step}", "training.held_out", args, (path,))
    if logs:
        yield Request("train_tokens.total", "training.total", {"column": "tokens"}, tuple(logs))
    tables = tuple(metric_path("cost", *cell) for cell in study.evaluations("cost"))
    if tables:
        yield Request("evaluation_tokens.total", "cost.total_tokens", {}, tables)


def _stage(cell: str, steps: int, path: str, logged: tuple[str, ...]) -> Iterator[Request]:
    for column in logged:
        for end in ("first", "last"):
            args = {"column": column, "end": end, "steps": steps}
            yield Request(f"train_{column}.{cell}.{end}", "training.end_mean", args, (path,))
    for column in ("tokens", "seconds"):
        yield Request(f"train_{column}.{cell}", "training.total", {"column": column}, (path,))
