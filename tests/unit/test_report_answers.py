"""The page of answers: there where a benchmark has answer spaces, and bound to the records."""

from dataclasses import replace
from pathlib import Path

import pytest
from answer_results import answer_study, built_report, many_arms, metrics_shown
from report_pages import Page
from report_results import study
from test_report_ends import RECORD

from wideband.audit.figures import check_figure
from wideband.config import Study, load_study
from wideband.config.runs import by_run
from wideband.metrics import by_item
from wideband.numbers.study import planned
from wideband.report import ids, required_files
from wideband.report.book import Book
from wideband.report.changes import FELL, ROSE, UNDECIDED, changes, word_of
from wideband.report.effects import effects
from wideband.report.figures import diversity, frontier, laws
from wideband.report.figures.layout import trace_numbers
from wideband.report.figures.transfer import trained_spaces
from wideband.report.key_numbers import key_numbers
from wideband.report.literals import study_names
from wideband.report.names import comparisons
from wideband.report.pages import ANSWERS, LEARNING, pages_of

ROOT = Path(__file__).parents[2]
FRONTIER = "plot-frontier-picks"
SPACES = ("card_suit", "planet", "integer_1_100")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built_report(answer_study(), tmp_path_factory.mktemp("answers"))


def test_every_metric_is_drawn_for_all_items_and_the_main_ones_by_space(site: Path) -> None:
    plots = Page(site / "answers.html").plots()
    shown = {
        identity for plot in plots.values() for trace in plot["data"] for identity in trace_numbers(trace)
    }
    for metric in metrics_shown(answer_study()):
        number = by_item.number(metric)
        assert {f"{number}.picks.wide.base", f"{number}.picks.wide.rl"} <= shown
    assert {"total_variation.picks.wide.base.planet", "valid_mass.picks.base_only.base.card_suit"} <= shown


def test_a_benchmark_without_rollouts_has_a_row_of_its_law_and_none_of_passk(site: Path) -> None:
    made, book = answer_study(), Book.read(site.parent / "numbers.jsonl")
    exact = made.model_copy(
        update={"benchmarks": {"picks": made.benchmarks["picks"].model_copy(update={"n": 0})}}
    )
    (group,) = [group for group in key_numbers(exact, book).groups if group.title == "picks"]
    labels = [row.label for row in group.rows]
    assert "mass of valid answers" in labels
    assert not [label for label in labels if label.startswith("pass@")]
    # Fragments name accuracy so all the same.
    assert "pass@1" in study_names(exact)


def test_how_answers_from_a_list_are_worded_is_no_finding(site: Path) -> None:
    made, book = answer_study(), Book.read(site.parent / "numbers.jsonl")
    (both,) = comparisons(made)
    number = ids.difference("cosine_distance", "picks", both.pair, both.checkpoint)
    record = replace(book.records["valid_mass.gain.picks.wide.rl-base"], id=number)
    assert not effects(made, Book({number: record}))


def test_the_law_of_every_space_is_drawn_before_and_after_with_its_favourite(site: Path) -> None:
    plots = Page(site / "answers.html").plots()
    bars = plots["plot-law-picks-planet"]["data"]
    assert [trace["name"] for trace in bars] == ["wide, base", "wide, rl", "target"]
    for trace in bars:
        assert len(trace["x"]) == 8 and sum(trace["y"]) == pytest.approx(1, abs=1e-5)
    for trace in bars[:2]:
        assert trace["text"][trace["y"].index(max(trace["y"]))] and len("".join(trace["text"])) < 9
    *strips, labels = plots["plot-law-picks-integer_1_100"]["data"]
    assert [(strip["type"], strip["name"], len(strip["z"][0])) for strip in strips] == [
        ("heatmap", "wide, base", 100),
        ("heatmap", "wide, rl", 100),
    ]
    for strip, label in zip(strips, labels["text"], strict=True):
        favourite = strip["x"][strip["z"][0].index(max(strip["z"][0]))]
        assert label == f"{strip['name']}: {favourite}"


def test_the_laws_of_every_trained_arm_are_drawn() -> None:
    study = many_arms()
    drawn = [name for name, _, _ in laws.policies(study, "picks")]
    assert drawn == ["untrained, base", *(f"trained with a long name {letter}, rl" for letter in "abcde")]


def test_evenness_stands_against_validity_with_an_arrow_from_the_base(site: Path) -> None:
    book, figure = Book.read(site.parent / "numbers.jsonl"), Page(site / "answers.html").plots()[FRONTIER]
    assert [trace["name"] for trace in figure["data"]] == ["wide, base", "wide, rl"]
    for trace, at in zip(figure["data"], ("base", "rl"), strict=True):
        up, along = (f"{metric}.picks.wide.{at}" for metric in ("total_variation", "valid_mass"))
        assert trace["customdata"] == [[up, along]]
        # Places have seven digits.
        assert [*trace["y"], *trace["x"]] == pytest.approx([book.value(up), book.value(along)], rel=1e-6)
        assert trace["error_x"]["array"] == pytest.approx(
            [book.interval(along)[1] - book.value(along)], rel=1e-6
        )
    (arrow,) = figure["layout"]["annotations"]
    before, after = figure["data"]
    assert [arrow["ax"], arrow["ay"], arrow["x"], arrow["y"]] == [
        value for trace in (before, after) for axis in "xy" for value in trace[axis]
    ]
    named = [
        (known["data-number"], known.get("data-part")) for known, _ in Page(site / "answers.html").numbers
    ]
    assert {("valid_mass.picks.wide.rl", None), ("total_variation.picks.wide.rl", "ci")} <= set(named)


def test_arms_that_share_an_untrained_base_begin_at_one_point() -> None:
    made = many_arms()
    book = Book({number.id: replace(RECORD, id=number.id) for number in planned(made)})
    (section,) = frontier.sections(made, book)
    (figure,) = section.figures
    names = [trace["name"] for trace in figure.traces]
    assert names[:2] == ["untrained, base", "untrained but sampled hot, base"]
    # None leads from the base that is sampled hotter: no arm was trained from there.
    assert len(names) == 7 and len(figure.layout["annotations"]) == 5


@pytest.mark.parametrize("axis", ["x", "y", "arrow"])
def test_the_audit_holds_both_places_of_a_point_and_its_arrow_against_the_records(
    site: Path, axis: str
) -> None:
    book, names = Book.read(site.parent / "numbers.jsonl"), study_names(answer_study())
    figure = Page(site / "answers.html").plots()[FRONTIER]
    assert not list(check_figure(book, names, "answers.html", "frontier", "", figure))
    if axis == "arrow":
        figure["layout"]["annotations"][0]["x"] += 0.01
    else:
        figure["data"][1][f"error_{axis}"]["array"][0] += 0.01
    (found,) = check_figure(book, names, "answers.html", "frontier", "", figure)
    wrong = {"x": "valid_mass.picks.wide.rl", "y": "total_variation.picks.wide.rl", "arrow": None}
    assert (found.code, found.number) == ("TEXT_MISMATCH", wrong[axis])


def test_what_training_changed_is_a_matrix_of_arms_and_spaces_with_trained_spaces_marked(site: Path) -> None:
    page = Page(site / "answers.html")
    for metric in ("total_variation", "total_variation_invalid", "valid_mass"):
        (heat,) = page.plots()[f"plot-transfer-picks-{metric}"]["data"]
        # Only the arm that was trained has a column.
        assert heat["x"] == ["wide"] and heat["y"] == ["card suit", "planet", "integer 1 to 100"]
        gains = [[f"{metric}.gain.picks.wide.rl-base.{space}"] for space in SPACES]
        assert heat["customdata"] == gains
        assert ["■" in text for (text,) in heat["text"]] == [True, True, False]
        named = [(known["data-number"], known.get("data-part")) for known, _ in page.numbers]
        assert {(gain, part) for (gain,) in gains for part in (None, "ci")} <= set(named)


def test_the_audit_holds_every_cell_of_the_matrix_against_its_record(site: Path) -> None:
    book, names = Book.read(site.parent / "numbers.jsonl"), study_names(answer_study())
    figure = Page(site / "answers.html").plots()["plot-transfer-picks-valid_mass"]
    assert not list(check_figure(book, names, "answers.html", "transfer", "", figure))
    figure["data"][0]["z"][1][0] += 0.01
    (found,) = check_figure(book, names, "answers.html", "transfer", "", figure)
    assert (found.code, found.number) == ("TEXT_MISMATCH", "valid_mass.gain.picks.wide.rl-base.planet")


def test_every_way_of_asking_is_drawn_at_both_ends_and_compared_in_a_table(site: Path) -> None:
    page = Page(site / "answers.html")
    names = [
        f"{space}, paraphrase {way}"
        for space in ("card suit", "planet", "integer 1 to 100")
        for way in (1, 2)
    ]
    for metric in ("total_variation", "valid_mass"):
        before, after = page.plots()[f"plot-paraphrases-picks-{metric}"]["data"]
        assert before["y"] == after["y"] == names
        assert [trace["marker"]["symbol"] for trace in (before, after)] == ["circle-open", "circle"]
        for trace, at in ((before, "base"), (after, "rl")):
            assert trace["customdata"] == [
                f"{metric}.picks.wide.{at}.{space}.p{way}" for space in SPACES for way in (1, 2)
            ]
    shown = [known["data-number"] for known, _ in page.numbers]
    for metric in ("total_variation", "total_variation_invalid", "effective_answers", "valid_mass"):
        assert f"{metric}.diff.picks.wide-base_only.rl-base.planet.p2" in shown
        assert f"{metric}.picks.wide.base.planet.p2" in shown


def test_a_change_whose_interval_holds_zero_is_told_from_one_that_does_not(site: Path) -> None:
    book = Book.read(site.parent / "numbers.jsonl")
    (heat,) = Page(site / "answers.html").plots()["plot-transfer-picks-total_variation"]["data"]
    for (identity,), (text,) in zip(heat["customdata"], heat["text"], strict=True):
        low, high = book.interval(identity)
        assert ("(" in text) == (low <= 0 <= high)


def test_the_spaces_that_an_arm_trained_on_are_those_of_all_stages_that_led_to_it() -> None:
    body = answer_study().model_dump(exclude_unset=True)
    body["data"]["slices"]["digits"] = {"source": "choice", "split": "train", "spaces": ["integer_1_10"]}
    body["stages"]["more"] = {**body["stages"]["rl"], "slice": "digits"}
    body["arms"]["wide"]["stages"] = ["rl"]
    body["arms"]["longer"] = {**body["arms"]["base_only"], "start": "wide.rl", "stages": ["more"]}
    del body["arms"]["longer"]["train"]
    made = Study.model_validate(body)
    assert trained_spaces(made, "wide") == {"card_suit", "planet"}
    assert trained_spaces(made, "longer") == {"card_suit", "planet", "integer_1_10"}
    assert trained_spaces(made, "base_only") == frozenset()


def test_the_first_page_says_what_training_changed_and_where_no_change_is_shown(site: Path) -> None:
    book, page = Book.read(site.parent / "numbers.jsonl"), Page(site / "index.html")
    (said,) = changes(answer_study(), book)
    assert said.arm == "wide" and [each.phrase for each in said.trained] == [
        f"On {space}, which it trained on, total variation" for space in ("card suit", "planet")
    ]
    assert [space for spaces in said.held_out.values() for space in spaces] == ["integer 1 to 100"]
    named = {(known["data-number"], known.get("data-part")) for known, _ in page.numbers}
    for change in (change for each in said.trained for change in (each.variation, each.valid)):
        assert {
            (change.before, None),
            (change.after, None),
            (change.gain, None),
            (change.gain, "ci"),
        } <= named
    assert "Each arm is one training run." in page.html
    assert 'id="changes"' not in (site / "answers.html").read_text()


@pytest.mark.parametrize(
    ("ci", "word"),
    [
        ((-0.3, -0.1), FELL),
        ((0.1, 0.2), ROSE),
        ((-0.1, 0.2), UNDECIDED),
        ((0.0, 0.2), UNDECIDED),
        (None, UNDECIDED),
    ],
)
def test_a_measure_fell_or_rose_only_where_its_interval_leaves_out_zero(
    site: Path, ci: tuple[float, float] | None, word: str
) -> None:
    gain = "total_variation.gain.picks.wide.rl-base"
    record = replace(Book.read(site.parent / "numbers.jsonl").records[gain], ci=ci)
    assert word_of(Book({gain: record}), gain) == word


def test_the_laws_of_all_runs_are_read_where_an_arm_was_trained_several_times() -> None:
    runs = by_run(answer_study().model_copy(update={"seeds": [1, 2]}))
    laws = {path for path in required_files(runs) if "/loglikelihoods/" in path}
    # The untrained base is the same for both runs, and evaluated once.
    cells = ("wide_s1/base", "wide_s1/rl", "wide_s2/rl")
    assert laws == {f"arms/{cell}/loglikelihoods/picks.parquet" for cell in cells}


def test_the_first_page_has_the_difference_of_the_compared_arms(site: Path) -> None:
    numbers = {attributes["data-number"] for attributes, _ in Page(site / "index.html").numbers}
    assert "total_variation.diff.picks.wide-base_only.rl-base" in numbers
    assert not [number for number in numbers if number.startswith("pass@")]


def test_a_study_without_answer_spaces_has_no_such_page() -> None:
    assert ANSWERS not in pages_of(study(), ())
    assert ANSWERS in pages_of(answer_study(), ())


def test_signatures_and_run_on_rate_of_problems_stand_on_the_page_of_diversity(site: Path) -> None:
    nano = load_study("nano", ROOT)
    arms = {**nano.arms, "plain": nano.arms["plain"].model_copy(update={"scaffold": "free"})}
    made, record = (
        nano.model_copy(update={"arms": arms}),
        next(iter(Book.read(site.parent / "numbers.jsonl"))),
    )
    measures = ("run_on_rate", "signatures_up_to_answer", "signatures_whole_text")
    numbers = [f"{measure}.gsm8k_test.plain.base" for measure in measures]
    book = Book({number: replace(record, id=number) for number in numbers})
    shown = [
        number
        for part in diversity.sections(made, book)
        for each in part.figures
        for number in each.numbers()
    ]
    assert shown == numbers
    assert ANSWERS not in pages_of(made, ())


def test_a_study_that_trains_nothing_has_no_page_of_learning() -> None:
    trained = load_study("nano", ROOT)
    arms = {name: arm.model_copy(update={"train": False}) for name, arm in trained.arms.items()}
    assert LEARNING in pages_of(trained, ())
    assert LEARNING not in pages_of(trained.model_copy(update={"arms": arms}), ())
