"""Sentences of the first page: from records by rules, none that says more than its interval."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from report_pages import Page
from report_results import study, write_results

from wideband.numbers import NumberRecord, write_records
from wideband.report import build_site
from wideband.report.book import Book
from wideband.report.effects import COST, LEARNING, NARROWING, effects, leaning
from wideband.report.figures import forest
from wideband.report.findings import Finding, findings
from wideband.report.key_table import Group, Row, Table
from wideband.report.sentences import spoken

STUDY = study()
END, BENCHMARK = "olympiad_rlvr", "gsm8k_test"
GAIN = f"gain.{BENCHMARK}.panel.{END}-base"
GAP = f"pass@1.diff.{BENCHMARK}.panel-think.{END}"
RATIO = f"tokens_per_correct.ratio.{BENCHMARK}.panel-think.{END}"
Interval = tuple[float | None, float | None]


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Results of the invented study."""
    folder = tmp_path_factory.mktemp("results")
    write_results(STUDY, folder)
    return folder


@pytest.fixture(scope="module")
def book(root: Path) -> Book:
    """Its number records."""
    return Book.read(root / "numbers.jsonl")


def _with(book: Book, identity: str, value: float, ci: Interval) -> Book:
    return Book({**book.records, identity: replace(book.records[identity], value=value, ci=ci)})


def _tested(book: Book, p_value: float | None) -> Book:
    adjusted = f"{GAP}.p_holm"
    return Book({**book.records, adjusted: replace(book.records[adjusted], value=p_value)})


def _of(book: Book, number: str) -> Finding:
    found = findings(STUDY, book)
    return next(
        each for each in (*found.told, *found.open) if number in [effect.number for effect in each.effects]
    )


@pytest.mark.parametrize(
    ("ends", "points"),
    [((0.01, 0.3), 1), ((-0.3, -0.01), -1), ((-0.1, 0.1), 0), ((0.0, 0.2), 0), ((-0.2, 0.0), 0)],
)
def test_an_interval_points_only_where_it_leaves_out_no_effect(ends: tuple, points: int, book: Book) -> None:
    assert leaning(ends) == points
    assert leaning((ends[0] + 1, ends[1] + 1), 1.0) == points
    assert _of(_with(book, GAIN, sum(ends) / 2, ends), GAIN).points == points


@pytest.mark.parametrize(("p_value", "points"), [(0.01, 1), (0.2, 0), (None, 0)])
def test_a_difference_needs_the_adjusted_test_as_well(book: Book, p_value: float | None, points: int) -> None:
    found = _of(_tested(_with(book, GAP, 0.2, (0.1, 0.3)), p_value), GAP)
    assert (found.points, found.effects[0].leans) == (points, 1)


def test_who_has_more_follows_from_the_direction_of_differences_and_of_ratios(book: Book) -> None:
    ahead = _of(_tested(_with(book, GAP, -0.2, (-0.3, -0.1)), 0.01), GAP)
    assert (ahead.more, ahead.less) == ("think", "panel")
    # Tokens of think over tokens of panel.
    cheaper = _of(_with(book, RATIO, 0.6, (0.5, 0.7)), RATIO)
    assert (cheaper.kind, cheaper.more, cheaper.less) == (COST, "panel", "think")
    dearer = _of(_with(book, RATIO, 1.5, (1.2, 1.8)), RATIO)
    assert (dearer.more, dearer.less) == ("think", "panel")


def test_the_strongest_stands_first(book: Book) -> None:
    told = findings(STUDY, _with(book, GAIN, 0.5, (0.499, 0.501))).told
    assert (told[0].kind, told[0].effects[0].number) == (LEARNING, GAIN)
    for kind in {each.kind for each in told}:
        strengths = [each.strength for each in told if each.kind == kind]
        assert strengths == sorted(strengths, reverse=True)


def test_every_kind_is_told_once_before_one_is_told_twice(book: Book) -> None:
    # Both arms learn on every tier, far more clearly than anything else is found.
    clear = {
        name: replace(one, value=0.5, ci=(0.499, 0.501))
        for name, one in book.records.items()
        if name.startswith("gain.")
    }
    kinds = [each.kind for each in findings(STUDY, Book({**book.records, **clear})).told]
    different = len(set(kinds))
    assert kinds.count(LEARNING) == 2
    assert different > 1
    assert len(set(kinds[:different])) == different


def test_training_that_makes_answers_alike_is_a_finding_where_its_adjusted_test_agrees(book: Book) -> None:
    change = f"cosine_distance.change.{BENCHMARK}.panel.{END}-base"
    record = replace(book.records[GAIN], id=f"{change}.means", value=-40.0, ci=(-50.0, -30.0))
    tested = replace(record, id=f"{change}.p_holm", ci=None)
    for p_value, points in ((0.01, -1), (0.2, 0)):
        records = {record.id: record, tested.id: replace(tested, value=p_value)}
        (found,) = effects(STUDY, Book(records))
        assert (found.kind, found.points, found.unit) == (NARROWING, points, "% of the base")
    (found,) = effects(STUDY, Book({record.id: record}))
    assert (found.points, found.p_adjusted) == (-1, None)


def test_how_likely_options_are_is_no_finding_where_one_of_them_is_right(book: Book) -> None:
    number = f"valid_mass.gain.{BENCHMARK}.panel.{END}-base"
    assert not effects(STUDY, Book({number: replace(book.records[GAIN], id=number)}))


def test_what_has_no_interval_is_no_effect(book: Book) -> None:
    without = Book({**book.records, GAIN: replace(book.records[GAIN], ci=None)})
    assert GAIN not in [effect.number for effect in effects(STUDY, without)]


def test_the_smallest_detectable_difference_follows_from_the_interval(book: Book) -> None:
    # 2.8016 standard errors, an interval being 1.96 of them in each direction.
    assert _with(book, GAIN, 0.0, (-0.1, 0.1)).detectable(GAIN) == pytest.approx(0.14294, abs=1e-4)
    assert _with(book, GAIN, 0.0, (-0.1, None)).detectable(GAIN) is None


def _page(root: Path, records: list[NumberRecord], out: Path) -> Page:
    copied = out / "results"
    copied.mkdir()
    for each in root.iterdir():
        (copied / each.name).symlink_to(each) if each.name != "numbers.jsonl" else None
    write_records(records, copied / "numbers.jsonl")
    build_site(STUDY, copied, out / "site")
    return Page(out / "site/index.html")


def test_the_first_page_says_them_in_words_and_draws_them(root: Path, book: Book, tmp_path: Path) -> None:
    changed = _tested(_with(book, GAP, 0.02, (-0.06, 0.1)), 0.6)
    changed = _with(changed, GAIN, 0.21, (0.15, 0.27))
    page = _page(root, list(changed.records.values()), tmp_path)
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", page.html.split("<main")[1]))
    assert "Training raised the accuracy of panel" in text
    assert "on GSM8K tier by +21.0 points [+15.0, +27.0]" in text
    assert "No difference in accuracy detected between panel and think" in text
    told = re.search(r"on GSM8K tier \+2.0 points \[−6.0, \+10.0\] \(n = 16 problems, [^)]*\)", text)[0]
    assert "smallest detectable difference 11 points" in told
    assert "One training run each." in text and "Findings on synthetic problems" in text
    drawn = page.plots()["plot-effects"]["data"]
    assert GAIN in [identity for trace in drawn for identity in trace["customdata"]]
    assert page.html.index('id="findings"') < page.html.index('id="open"') < page.html.index("plot-effects")
    assert page.html.index("plot-effects") < page.html.index('id="key-numbers"')


def test_a_test_that_could_not_be_made_is_said_to_be_so(root: Path, book: Book, tmp_path: Path) -> None:
    untested = _with(book, GAP, 0.0, (-0.1, 0.1))
    adjusted = untested.records[f"{GAP}.p_holm"].id
    records = {**untested.records, adjusted: replace(untested.records[adjusted], value=None)}
    text = re.sub(r"<[^>]+>", "", _page(root, list(records.values()), tmp_path).html)
    assert re.search(r"\(n = \d+ problems, no test possible, smallest detectable", text)
    assert "adjusted p –" not in text


def test_a_study_without_the_usual_measures_has_a_first_table_all_the_same() -> None:
    rows = [Row(f"measure {place}", ".2f", {"panel": f"measure_{place}"}) for place in range(7)]
    table = Table(["panel"], None, [Group("all tasks", rows)])
    assert [group.rows for group in table.short().groups] == [rows[:5]]
    assert [group.rows for group in table.rest().groups] == [rows[5:]]
    main = replace(rows[6], main=True)
    with_main = replace(table, groups=[Group("all tasks", [*rows[:6], main])])
    assert [group.rows for group in with_main.short().groups] == [[main]]


def test_what_holds_of_many_benchmarks_names_the_strongest_and_folds_the_others(book: Book) -> None:
    found = _of(book, GAIN)
    few, many = (replace(found, effects=found.effects[:1] * count) for count in (4, 5))
    told = findings(STUDY, book)
    assert [len(part) for part in told.named(few)] == [4, 0]
    assert [len(part) for part in told.named(many)] == [3, 2]


def test_the_first_table_has_few_rows_and_the_rest_is_folded(root: Path, book: Book, tmp_path: Path) -> None:
    page = _page(root, list(book.records.values()), tmp_path)
    first, rest = page.html.split('id="key-numbers"')[1].split("All other key numbers")
    for group in first.split('<tbody class="group">')[1:]:
        assert 1 <= group.count('<th scope="row">') <= 5
    assert "crossover k" in rest and "crossover k" not in first


def test_a_run_ends_with_the_strongest_findings_as_sentences(book: Book) -> None:
    changed = _with(book, GAIN, 0.21, (0.209, 0.211))
    first, *others = spoken(STUDY, changed, 3)
    assert first.startswith("Training raised the accuracy of panel on GSM8K tier by +21.00 points [+20.90, ")
    assert first.endswith("; one training run.") and len(others) <= 2
    assert spoken(STUDY, Book({}), 3) == []


def test_a_study_without_effects_draws_none(book: Book) -> None:
    assert forest.section(STUDY, Book({})) is None
    assert forest.section(STUDY, book) is not None


def test_where_accuracy_does_not_move_the_changes_of_diversity_are_drawn(book: Book) -> None:
    flat = replace(book.records[GAIN], value=0.0, ci=(-0.1, 0.1))
    change = f"cosine_distance.change.{BENCHMARK}.panel.{END}-base.means"
    records = {GAIN: flat, change: replace(flat, id=change, value=-40.0, ci=(-50.0, -30.0))}
    assert forest.section(STUDY, Book(records)).title == "Changes in how much answers differ"
    assert "accuracy" in forest.section(STUDY, Book({GAIN: flat})).title


def test_arms_of_several_runs_are_said_to_be(book: Book) -> None:
    several = STUDY.model_copy(
        update={
            "arms": {name: body.model_copy(update={"seeds": [1, 2]}) for name, body in STUDY.arms.items()}
        }
    )
    assert {each.runs for each in findings(several, book).told} <= {
        "two training runs",
        "two training runs each",
    }
