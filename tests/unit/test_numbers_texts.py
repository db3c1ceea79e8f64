"""Numbers of measures of texts: where a study asks for them, and the same from their tables again."""

from pathlib import Path

import pandas as pd
import pytest
from number_results import write_results

from wideband.config import Study, load_study
from wideband.config.evaluation import Entailment, Texts
from wideband.config.parameters import parameters
from wideband.metrics.bootstrap import Bootstrap
from wideband.metrics.per_problem import column
from wideband.numbers import NumberRecord, build, recompute
from wideband.numbers.inputs import Tables
from wideband.numbers.study import planned
from wideband.report.figures.diversity import of_texts
from wideband.report.figures.lineage_bars import word
from wideband.report.literals import literals, study_names
from wideband.tables import read_table
from wideband.workflow.estimate import entailment_pairs
from wideband.workflow.jobs import jobs

ROOT = Path(__file__).parents[2]
EAD, VENDI = "ead_words1000", "vendi_per_further_output"
NLI, ERROR = (f"entailment_{kind}_overlap_stand_in_sentences" for kind in ("distance", "error"))
TABLES = ("metrics/texts/", "metrics/entailment/")


@pytest.fixture(scope="module")
def plain() -> Study:
    """The nano study, which asks for none of them, with cheap intervals."""
    nano = load_study(ROOT / "config/studies/nano.yaml")
    cheap = nano.statistics.model_copy(update={"resamples": 100})
    one = {name: nano.benchmarks[name] for name in ("math_test", "olympiad_heldout")}
    return nano.model_copy(update={"statistics": cheap, "benchmarks": one})


@pytest.fixture(scope="module")
def study(plain: Study) -> Study:
    """The same with measures of texts in words, and by entailment."""
    asked = {"texts": Texts(tokens=["words1000"], length=12), "entailment": Entailment(pairs=4, across=20)}
    return plain.model_copy(update=asked)


@pytest.fixture(scope="module")
def root(study: Study, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its results folder."""
    folder = tmp_path_factory.mktemp("results")
    write_results(study, folder)
    return folder


@pytest.fixture(scope="module")
def numbers(study: Study, root: Path) -> dict[str, NumberRecord]:
    """Its records of these measures by id."""
    boot, tables = Bootstrap(study.statistics.confidence, 100, study.statistics.seed), Tables(root)
    mine = [each for each in planned(study) if each.paths and each.paths[0].startswith(TABLES)]
    records = [build(each.id, each.estimator, each.args, each.paths, tables, boot) for each in mine]
    return {record.id: record for record in records}


def test_a_study_that_does_not_ask_for_them_has_the_jobs_and_specs_of_before(
    plain: Study, study: Study
) -> None:
    before, after = ({each.label: each.spec.params for each in jobs(one, ROOT)} for one in (plain, study))
    added = {name for name in after.keys() - before.keys() if not name.startswith("entail ")}
    assert added == {"texts study", "entailment study"} and not before.keys() - after.keys()
    told = {"number_records study", "report study"}
    assert {name for name in before if before[name] != after[name]} == told
    assert not {"texts", "entailment"} & parameters("report", plain, {})["study"].keys()


def test_they_add_numbers_and_change_none(plain: Study, study: Study) -> None:
    before, after = ({each.id: each for each in planned(one, ["aime"])} for one in (plain, study))
    assert all(after[name] == each for name, each in before.items())
    added = {name.partition(".")[0] for name in after.keys() - before.keys()}
    judged = {name for name in added if name.startswith("entailment")}
    assert judged == {NLI, f"{NLI}_across", ERROR, f"{ERROR}_across"}, "each says that a stand-in judged"
    assert {EAD, f"{EAD}_across", "cosine_distance_across", "vendi_per_output", "length_words1000"} <= added


def test_each_recomputes_to_itself(root: Path, numbers: dict[str, NumberRecord]) -> None:
    tables = Tables(root)
    assert len(numbers) > 300
    for record in list(numbers.values())[::3]:
        assert recompute(record, tables) == (record.value, record.ci), record.id


def test_a_checkpoint_is_paired_with_the_one_before_it_prompt_by_prompt(
    root: Path, numbers: dict[str, NumberRecord]
) -> None:
    at = ("olympiad_rlvr", "math_continuation")
    paths = (f"metrics/texts/panel/{each}/math_test.parquet" for each in at)
    after, before = (column(read_table(root / path, "metrics"), EAD) for path in paths)
    gain = numbers[f"{EAD}.gain.math_test.panel.olympiad_rlvr-math_continuation"]
    assert gain.value == pytest.approx((after - before).mean()) and gain.ci[0] < gain.value < gain.ci[1]
    assert 0 <= numbers[f"{gain.id}.p"].value <= 1


def test_titles_of_plots_hold_no_number_that_is_bound_to_nothing(study: Study) -> None:
    model = study.entailment.model_copy(update={"model": "lab/nli-v3"})
    named = study.model_copy(update={"entailment": model})
    for one in (study, named):
        titles = [measure.title for measure in of_texts(one)]
        assert len(titles) > 9
        assert [title for title in titles if literals(title, study_names(one))] == []
    assert sum("stand-in" in measure.title for measure in of_texts(study)) == 2
    # So does the page of lineages.
    assert "stand-in" in word(study, NLI) and not literals(word(study, VENDI), study_names(study))
    assert all(word(study, metric) for metric in (EAD, VENDI, "cosine_distance"))


def test_pairs_are_counted_from_the_study_alone(study: Study, plain: Study) -> None:
    one = study.model_copy(update={"benchmarks": {"math_test": study.benchmarks["math_test"]}})
    evaluations = len(one.separate_evaluations("entailment"))
    # Ten problems: four drawn pairs of each, twenty across them, up to three sentences of each pair.
    assert entailment_pairs(one) == evaluations * (10 * 4 + 20) * 3
    assert entailment_pairs(plain) is None


def test_an_interval_across_prompts_has_the_width_of_resampled_contributions(
    root: Path, numbers: dict[str, NumberRecord]
) -> None:
    record = numbers["cosine_distance_across.math_test.panel.base"]
    values = _values(root, "panel", "base")
    error = values.std() / len(values) ** 0.5
    assert record.value == pytest.approx(values.mean())
    assert (record.ci[1] - record.ci[0]) / (2 * 1.96 * error) == pytest.approx(1, abs=0.35)


def _values(root: Path, arm: str, at: str) -> pd.Series:
    table = read_table(root / f"metrics/texts/{arm}/{at}/math_test.parquet", "metrics")
    return column(table, "cosine_distance_across").dropna()


def test_correct_outputs_are_held_against_all_by_every_measure(
    study: Study, numbers: dict[str, NumberRecord]
) -> None:
    stage = list(study.stages)[-1]
    arm = next(iter(study.arms))
    for metric, correct in (
        (EAD, EAD),
        (f"{EAD}_matched8", EAD),
        (NLI, NLI),
        (VENDI, VENDI),
        (f"{VENDI}_matched8", VENDI),
    ):
        every, gap = (numbers[f"{metric}.{what}.math_test.{arm}.{stage}"] for what in ("same", "gap"))
        assert every.args["correct"] == gap.args["correct"] == f"{correct}.correct"
        right = numbers[f"{correct}.math_test.{arm}.{stage}.correct"]
        assert every.n == gap.n == right.n > 0
        assert every.value - gap.value == pytest.approx(right.value)
        residual = numbers[f"{metric}.residual.math_test.{arm}.{stage}"]
        assert residual.unit == "% of the drop" and [each.path for each in residual.inputs]
    for metric in (EAD, VENDI):
        assert f"{metric}.residual.math_test.{arm}.{stage}.p_holm" in numbers


def test_stages_are_told_as_a_mean_of_ratios_and_as_a_ratio_of_means(
    root: Path, study: Study, numbers: dict[str, NumberRecord]
) -> None:
    arm, stage = next(iter(study.arms)), next(iter(study.stages))
    for metric in (EAD, VENDI):
        base, later = (
            column(read_table(root / f"metrics/texts/{arm}/{at}/math_test.parquet", "metrics"), metric)
            for at in ("base", stage)
        )
        cell = f"math_test.{arm}.{stage}"
        for what, value in (("change", later - base), ("retained", later)):
            end = f"{cell}-base" if what == "change" else cell
            ratios, means = (numbers[f"{metric}.{what}.{end}.{how}"] for how in ("ratios", "means"))
            assert ratios.value == pytest.approx(100 * (value / base).mean())
            assert means.value == pytest.approx(100 * value.mean() / base.mean())
            assert ratios.ci[0] < ratios.value < ratios.ci[1] and means.ci[0] < means.value < means.ci[1]
        for how in ("ratios", "means"):
            chance = [numbers[f"{metric}.loses_most.math_test.{arm}.{at}.{how}"] for at in study.stages]
            assert sum(each.value for each in chance) == pytest.approx(1)
    nameless = [
        name
        for name in numbers
        if {"change", "retained", "loses_most"} & set(name.split("."))
        and name.rpartition(".")[2] not in ("ratios", "means", "p", "p_holm")
    ]
    assert not nameless
