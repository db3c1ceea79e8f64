"""The key-numbers table: which record stands in which cell."""

from dataclasses import dataclass, field

from ..config import Study
from ..numbers.plan import ks
from . import ids
from .book import Book
from .names import (
    Comparison,
    band_pairs,
    banded_arms,
    benchmark_title,
    comparisons,
    final,
    ordered_arms,
    passed,
    spaced,
    trained_arms,
)

# The metrics by item that the first page shows, of those that a benchmark has: number, label, form.
ANSWERS = (
    ("total_variation", "total variation to the target law", ".3f"),
    ("total_variation_invalid", "the same, with invalid answers", ".3f"),
    ("valid_mass", "mass of valid answers", ".3f"),
    ("effective_answers", "effective number of answers", ".1f"),
    ("excess_variation", "sampled total variation above its floor", ".3f"),
    ("chi_square_rejected", "items that chi-square rejects", ".1%"),
    ("loglikelihood_accuracy", "accuracy by loglikelihood", ".1%"),
    ("signatures_up_to_answer", "numeric signatures up to the answer", ".2f"),
    ("run_on_rate", "completions that go on after their answer", ".1%"),
)


@dataclass(frozen=True)
class Row:
    """One quantity: the record of each arm, and of the comparison of two of them.

    `compare` is a difference first − second, or a ratio second / first when `is_ratio`; `p_value` is not
    adjusted, `p_adjusted` is, and its n is the size of the family. `of_pair`: the cells say something of both
    arms together.
    """

    label: str
    form: str
    cells: dict[str, str] = field(default_factory=dict)
    compare: str | None = None
    compare_form: str = ""
    p_value: str | None = None
    p_adjusted: str | None = None
    is_ratio: bool = False
    of_pair: bool = False

    def shown(self) -> list[str]:
        """Every record that the row may show."""
        return [*self.cells.values(), *filter(None, (self.compare, self.p_value, self.p_adjusted))]


@dataclass(frozen=True)
class Group:
    """Rows under one heading."""

    title: str
    rows: list[Row]


@dataclass(frozen=True)
class Table:
    """Groups of rows with a column for each of `arms`, and three for their comparison, if any."""

    arms: list[str]
    both: Comparison | None
    groups: list[Group]

    @property
    def columns(self) -> int:
        """Label and arms; the difference and both of its p."""
        return 1 + len(self.arms) + (3 if self.both else 0)


def key_numbers(study: Study, book: Book) -> Table:
    """The benchmarks, the pool, training, of every arm; with its comparison where there is only one."""
    pairs = comparisons(study)
    both = pairs[0] if len(pairs) == 1 else None
    groups = [_benchmark(study, book, name, both) for name in study.benchmarks]
    groups += [_pool(study, book, both)] if study.bands() else []
    groups += [_heldout(study)] if study.band_stage() else []
    groups.append(_training(study))
    return Table(ordered_arms(study), both, _kept(groups, book))


def pair_tables(study: Study, book: Book) -> list[Table]:
    """A table for each comparison where there are several: what compares the two arms, nothing else."""
    pairs = comparisons(study)
    return [_pair_table(study, book, both) for both in pairs] if len(pairs) > 1 else []


def _pair_table(study: Study, book: Book, both: Comparison) -> Table:
    groups = [_benchmark(study, book, name, both) for name in study.benchmarks]
    groups += [_pool(study, book, both)] if study.bands() else []
    paired = [
        Group(group.title, [row for row in group.rows if row.compare in book or row.of_pair])
        for group in groups
    ]
    return Table(list(both.pair), both, _kept(paired, book))


def _kept(groups: list[Group], book: Book) -> list[Group]:
    """Rows without any record are left out, and groups without any row."""
    kept = [Group(group.title, [row for row in group.rows if _known(row, book)]) for group in groups]
    return [group for group in kept if group.rows]


def _known(row: Row, book: Book) -> bool:
    return any(identity in book for identity in row.shown())


def _undecided(book: Book, name: str, at: dict[str, str]) -> list[Row]:
    """The row of undecided rollouts, at a checkpoint of each arm; none where all were decided."""
    cells = {arm: ids.undecided(name, arm, checkpoint) for arm, checkpoint in at.items()}
    shown = any(book.value(identity) for identity in cells.values())
    return [Row("rollouts without a verdict, counted as wrong", ",.0f", cells)] if shown else []


def _benchmark(study: Study, book: Book, name: str, both: Comparison | None) -> Group:
    ends = {arm: final(study, arm) for arm in ordered_arms(study)}
    last = ids.pass_at(ks(study, name, *ends.items())[-1])
    rows = [
        _measured(study, both, name, "pass@1", "average hit rate (pass@1)", ".1%"),
        _measured(study, both, name, last, last, ".1%"),
        *_undecided(book, name, ends),
        *_gap_rows(both, name),
        Row("rollouts missing from the import (rarely at random)", ",.0f", _cells(study, name, "missing")),
        _measured(study, both, name, "cosine_distance", "mean pairwise cosine distance", ".3f"),
        _measured(study, both, name, "strategies", "distinct strategies per problem", ".2f"),
        _measured(study, both, name, "vendi", "Vendi score", ".2f"),
        *(_measured(study, both, name, *each) for each in ANSWERS),
        _ratio(study, both, name, "tokens_per_correct", "tokens per correct answer", ",.0f"),
        *_pair_rows(study, book, both, name),
    ]
    return Group(benchmark_title(study, name), rows)


def _cells(study: Study, benchmark: str, metric: str, detail: str = "") -> dict[str, str]:
    return {arm: ids.cell(metric, benchmark, arm, final(study, arm), detail) for arm in ordered_arms(study)}


def _measured(
    study: Study, both: Comparison | None, benchmark: str, metric: str, label: str, form: str
) -> Row:
    cells = _cells(study, benchmark, metric)
    if both is None:
        return Row(label, form, cells)
    gap = ids.difference(metric, benchmark, both.pair, both.checkpoint)
    return Row(label, form, cells, gap, f"+{form}", ids.p_raw(gap), ids.p_holm(gap))


def _ratio(study: Study, both: Comparison | None, benchmark: str, metric: str, label: str, form: str) -> Row:
    ratio = ids.paired(f"{metric}.ratio", benchmark, both.pair, both.checkpoint) if both else None
    return Row(label, form, _cells(study, benchmark, metric), ratio, ".2f", is_ratio=True)


def _gap_rows(both: Comparison | None, benchmark: str) -> list[Row]:
    if both is None:
        return []
    end = (both.pair, both.checkpoint)
    who = dict(zip(both.pair, ("first_only", "second_only"), strict=True))
    only = {arm: ids.paired("overlap", benchmark, *end, bucket) for arm, bucket in who.items()}
    closure = ids.paired("gap_closure", benchmark, *end)
    return [
        Row("gap in hit rate that is gone at the last k, percentage points", ".1f", {}, closure, "+.1f"),
        Row(
            "smallest k where the other arm leads", ".0f", {}, ids.paired("crossover", benchmark, *end), ".0f"
        ),
        Row("problems that only this arm solves", ".0f", only, of_pair=True),
    ]


def _pair_rows(study: Study, book: Book, both: Comparison | None, benchmark: str) -> list[Row]:
    if both is None:
        return []
    end = (both.pair, both.checkpoint)
    ratio = ids.paired("token_ratio", benchmark, *end, "both")
    wilcoxon = ids.paired("token_ratio.p_wilcoxon", benchmark, *end, "problem")
    gap = ids.difference("budget_accuracy", benchmark, *end, "full")
    cells = {
        arm: _at_budget(book, benchmark, both, arm, at) for arm, at in zip(both.pair, both.at, strict=True)
    }
    return [
        Row("median token ratio, both correct †", ".2f", {}, ratio, ".2f", wilcoxon, is_ratio=True),
        Row("accuracy at the same token budget", ".1%", cells, gap, "+.1%"),
    ]


def _at_budget(book: Book, benchmark: str, both: Comparison, arm: str, at: str) -> str:
    """The accuracy of an arm at the pair's budget; it goes by the arm's name in one pair only."""
    named = ids.paired("budget_accuracy", benchmark, both.pair, both.checkpoint, f"{arm}.full")
    return named if named in book else ids.cell("budget_accuracy", benchmark, arm, at, "full")


def _pool(study: Study, book: Book, both: Comparison | None) -> Group:
    bands, pool = banded_arms(study), study.band.pool
    at = band_pairs(study).get(both.pair) if both else None
    ratio = ids.paired("band_ratio", pool, both.pair, at) if at else None

    def of(metric: str, detail: str = "") -> dict[str, str]:
        return {arm: ids.cell(metric, pool, arm, at, detail) for arm, at in bands.items()}

    return Group(
        f"Pool, before {spaced(study.band_stage())}" if study.band_stage() else "Pool",
        [
            Row(
                f"problems in the variance band{' ‡' if ratio else ''}",
                ",.0f",
                of("band_size", "variance_band"),
                ratio,
                ".2f",
            ),
            *_undecided(book, pool, bands),
            Row("share of the pool in the band", ".1%", of("band_share", "variance_band")),
            Row("band size expected under a re-test", ",.1f", of("band_expected")),
            Row("share of problems that keep their class under a re-test", ".1%", of("band_stability")),
        ],
    )


def _heldout(study: Study) -> Group:
    stage, heldout = study.band_stage(), study.band.heldout.slice
    arms = [arm for arm in trained_arms(study) if passed(study, arm, stage)]
    start = {arm: study.stage_before(stage, arm) for arm in arms}
    # Of an imported curve the end of the stage is its last published point.
    ends = {arm: _last(study, arm, stage) for arm in arms}
    return Group(
        f"Held-out accuracy over {spaced(stage)}",
        [
            Row("before", ".1%", {arm: ids.cell("pass@1", heldout, arm, start[arm]) for arm in arms}),
            Row("after", ".1%", {arm: ids.cell("pass@1", heldout, arm, at) for arm, at in ends.items()}),
            Row(
                "gain over this stage",
                "+.1%",
                {arm: ids.gain(heldout, arm, at, start[arm]) for arm, at in ends.items()},
            ),
            Row(
                "gain over the whole chain",
                "+.1%",
                {arm: ids.gain(heldout, arm, at, "base") for arm, at in ends.items()},
            ),
        ],
    )


def _last(study: Study, arm: str, stage: str) -> str:
    steps = study.step_checkpoints(stage)
    return steps[-1] if study.imported(arm) and steps else stage


def _training(study: Study) -> Group:
    return Group(
        "Completion tokens trained on",
        [
            Row(spaced(stage), ",.0f", {arm: f"train_tokens.{arm}.{stage}" for arm in trained_arms(study)})
            for stage in study.stages
        ],
    )
