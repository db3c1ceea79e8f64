"""The key-numbers table: which record stands in which cell."""

from ..config import Study
from ..numbers.plan import ks
from . import ids
from .book import Book
from .formats import in_points
from .key_table import Group, Row, Table, kept
from .names import (
    Comparison,
    band_pairs,
    banded_arms,
    benchmark_title,
    comparisons,
    final,
    ordered_arms,
    passed,
    stage_title,
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
# Of these the rows of the short table.
SHORT = ("total_variation", "valid_mass", "loglikelihood_accuracy")
MAIN = True


def key_numbers(study: Study, book: Book) -> Table:
    """The benchmarks, the pool, training, of every arm; with its comparison where there is only one."""
    pairs = comparisons(study)
    both = pairs[0] if len(pairs) == 1 else None
    groups = [_benchmark(study, book, name, both) for name in study.benchmarks]
    groups += [_pool(study, book, both)] if study.bands() else []
    groups += [_heldout(study)] if study.band_stage() else []
    groups.append(_training(study))
    return Table(ordered_arms(study), both, kept(groups, book))


def pair_tables(study: Study, book: Book) -> list[Table]:
    """A table for each comparison where there are several: what compares the two arms, nothing else."""
    pairs = comparisons(study)
    return [_pair_table(study, book, both) for both in pairs] if len(pairs) > 1 else []


def _pair_table(study: Study, book: Book, both: Comparison) -> Table:
    groups = [_benchmark(study, book, name, both) for name in study.benchmarks]
    groups += [_pool(study, book, both)] if study.bands() else []
    paired = [
        Group(group.title, [row for row in group.rows if row.compares(book) or row.of_pair])
        for group in groups
    ]
    return Table(list(both.pair), both, kept(paired, book))


def _undecided(book: Book, name: str, at: dict[str, str]) -> list[Row]:
    """The row of undecided rollouts, at a checkpoint of each arm; none where all were decided."""
    cells = {arm: ids.undecided(name, arm, checkpoint) for arm, checkpoint in at.items()}
    shown = any(book.value(identity) for identity in cells.values())
    return [Row("rollouts without a verdict, counted as wrong", ",.0f", cells, main=MAIN)] if shown else []


def _benchmark(study: Study, book: Book, name: str, both: Comparison | None) -> Group:
    ends = {arm: final(study, arm) for arm in ordered_arms(study)}
    # At the largest k; a benchmark of exact laws alone has none.
    last = [ids.pass_at(k) for k in ks(study, name, *ends.items())[-1:] if k > 1]
    rows = [
        _measured(study, both, name, "pass@1", "accuracy (pass@1)", ".1%", MAIN),
        *_undecided(book, name, ends),
        *(_measured(study, both, name, metric, metric, ".1%", MAIN) for metric in last),
        *_gap_rows(both, name),
        Row("rollouts missing from the import (rarely at random)", ",.0f", _cells(study, name, "missing")),
        _measured(study, both, name, "cosine_distance", "mean pairwise cosine distance", ".3f", MAIN),
        _measured(study, both, name, "strategies", "clusters of solutions per problem (strategies)", ".2f"),
        _measured(study, both, name, "vendi", "Vendi score", ".2f"),
        *(_measured(study, both, name, *answer, answer[0] in SHORT) for answer in ANSWERS),
        _ratio(study, both, name, "tokens_per_correct", "tokens per correct answer", ",.0f"),
        *_pair_rows(study, book, both, name),
    ]
    return Group(benchmark_title(study, name), rows)


def _cells(study: Study, benchmark: str, metric: str, detail: str = "") -> dict[str, str]:
    return {arm: ids.cell(metric, benchmark, arm, final(study, arm), detail) for arm in ordered_arms(study)}


def _measured(
    study: Study,
    both: Comparison | None,
    benchmark: str,
    metric: str,
    label: str,
    form: str,
    main: bool = False,
) -> Row:
    cells = _cells(study, benchmark, metric)
    if both is None:
        return Row(label, form, cells, main=main)
    gap = ids.difference(metric, benchmark, both.pair, both.checkpoint)
    return Row(
        label,
        form,
        cells,
        gap,
        in_points(form),
        p_value=ids.p_raw(gap),
        p_adjusted=ids.p_holm(gap),
        main=main,
    )


def _ratio(study: Study, both: Comparison | None, benchmark: str, metric: str, label: str, form: str) -> Row:
    ratio = ids.paired(f"{metric}.ratio", benchmark, both.pair, both.checkpoint) if both else None
    return Row(label, form, _cells(study, benchmark, metric), ratio=ratio, main=MAIN)


def _gap_rows(both: Comparison | None, benchmark: str) -> list[Row]:
    if both is None:
        return []
    end = (both.pair, both.checkpoint)
    who = dict(zip(both.pair, ("first_only", "second_only"), strict=True))
    only = {arm: ids.paired("overlap", benchmark, *end, bucket) for arm, bucket in who.items()}
    closure = ids.paired("gap_closure", benchmark, *end)
    return [
        Row("gap closed at the last k, percentage points", ".1f", {}, closure, "+.1f"),
        Row(
            "crossover k, the smallest where the other arm leads",
            ".0f",
            {},
            ids.paired("crossover", benchmark, *end),
            ".0f",
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
        Row("median token ratio, both correct †", ".2f", {}, ratio=ratio, p_value=wilcoxon),
        Row("accuracy at the same token budget", ".1%", cells, gap, "+.1pp"),
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
        f"Pool, before {stage_title(study, study.band_stage())}" if study.band_stage() else "Pool",
        [
            Row(
                "problems in the variance band ‡" if ratio else "problems in the variance band",
                ",.0f",
                of("band_size", "variance_band"),
                ratio=ratio,
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
        f"Held-out accuracy over {stage_title(study, stage)}",
        [
            Row("before", ".1%", {arm: ids.cell("pass@1", heldout, arm, start[arm]) for arm in arms}),
            Row("after", ".1%", {arm: ids.cell("pass@1", heldout, arm, at) for arm, at in ends.items()}),
            Row(
                "gain over this stage",
                "+.1pp",
                {arm: ids.gain(heldout, arm, at, start[arm]) for arm, at in ends.items()},
            ),
            Row(
                "gain over the whole chain",
                "+.1pp",
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
            Row(
                stage_title(study, stage),
                ",.0f",
                {arm: f"train_tokens.{arm}.{stage}" for arm in trained_arms(study)},
            )
            for stage in study.stages
        ],
    )
