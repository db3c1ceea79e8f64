"""What a study may evaluate while it trains, and what follows for its jobs, numbers and checks of leakage."""

from pathlib import Path

import pytest

from wideband.config import Study, load_study
from wideband.config.load import StudyError
from wideband.config.parameters import parameters
from wideband.config.parameters_asking import prompted_slices
from wideband.numbers.study import planned
from wideband.workflow.cells import Cells
from wideband.workflow.rule_jobs import RULES

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "config/studies/calibration.yaml").read_text(encoding="utf-8")
STATED = "{slice: seen_ranges, every: 10}"
WRONG = {
    "no such slice": (STATED, "{slice: seen_range}", "soft_one_path.eval.slice: unknown slice 'seen_range'"),
    "a slice that is trained on": (
        STATED,
        "{slice: numbers_train}",
        "soft_one_path.eval.slice: 'numbers_train' is trained on; name a slice that no stage trains on",
    ),
    "items without a law": (
        STATED,
        "{slice: gsm8k_test}",
        "stages.soft_one_path.eval.slice: an evaluation needs a target law over options, which items of task "
        "'math' do not have; name another slice",
    ),
    "never": (
        STATED,
        "{slice: seen_ranges, every: 0}",
        "eval.every: input should be greater than or equal to 1",
    ),
    "an unknown number of steps": (
        "paths: all, steps: 40",
        "paths: all, tokens: 4000",
        "stages.soft_all_paths.eval: how many steps reach tokens is not known beforehand; set steps",
    ),
    "an arm that thinks first": (
        "hard: {scaffold: direct, prompt: config/prompts/direct.txt",
        "hard: {scaffold: ssot, prompt: config/prompts/ssot.txt",
        "hard_samples.eval: the law of arm 'hard' is not known exactly, since scaffold 'ssot' does not "
        "answer directly; remove it, or choose another",
    ),
    "a method with rewards": (
        "{method: sft, slice: numbers_train, samples: 16,",
        "{method: grpo, slice: numbers_train, reward: inverse_frequency, max_tokens: 8, group_size: 4,",
        "hard_samples.eval: unknown key; it is one of method soft_target and sft, and this stage trains by "
        "grpo: remove it",
    ),
    "a method on pairs": (
        "{method: sft, slice: numbers_train, samples: 16,",
        "{method: dpo, slice: numbers_train,",
        "stages.hard_samples.eval: unknown key; it is one of method soft_target and sft",
    ),
}


def load_text(folder: Path, text: str) -> Study:
    (folder / "calibration.yaml").write_text(text, encoding="utf-8")
    return load_study(folder / "calibration.yaml", ROOT)


def refusal(folder: Path, text: str) -> str:
    with pytest.raises(StudyError) as caught:
        load_text(folder, text)
    return str(caught.value)


@pytest.mark.parametrize("case", WRONG)
def test_an_evaluation_that_makes_no_sense_is_refused_with_its_remedy(case: str, tmp_path: Path) -> None:
    old, new, said = WRONG[case]
    assert old in TEXT
    assert said in refusal(tmp_path, TEXT.replace(old, new, 1))


def test_items_of_a_benchmark_of_trained_ones_are_no_held_out_items(tmp_path: Path) -> None:
    seen = "numbers_seen: {source: distributions, split: train, families: [uniform], draws: 25, decimals: 1}"
    text = TEXT.replace("  slices:\n", f"  slices:\n    {seen}\n", 1)
    text = text.replace("benchmarks:\n", "benchmarks:\n  numbers_seen: {seen: numbers_train}\n", 1)
    text = text.replace(STATED, "{slice: numbers_seen}")
    assert "eval.slice: 'numbers_seen' is trained on" in refusal(tmp_path, text)


def test_only_stages_with_an_evaluation_write_one() -> None:
    study = load_study("calibration", ROOT)
    outputs = [output for _, listed in RULES["train"](Cells(study)) for output in listed]
    assert [output for output in outputs if output.endswith("eval_log.parquet")] == [
        f"arms/{arm}/{stage}/eval_log.parquet"
        for arm, stage in (
            ("soft_one", "soft_one_path"), ("soft_all", "soft_all_paths"), ("hard", "hard_samples")
        )
    ]  # fmt: skip
    other = load_study("answer-diversity", ROOT)
    assert not [each for _, listed in RULES["train"](Cells(other)) for each in listed if "eval_log" in each]


def test_specs_of_stages_without_an_evaluation_say_nothing_of_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    wildcards = {"arm": "hard", "stage": "hard_samples"}
    told = parameters("train", load_study("calibration"), wildcards)
    assert told["stage"]["eval"] == {"slice": "seen_ranges", "every": 10} and told["eval_task"] == "law"
    other = load_study("answer-diversity")
    arm = other.trained()[-1]
    told = parameters("train", other, {"arm": arm, "stage": other.own_stages(arm)[0]})
    assert "eval" not in told["stage"] and "eval_task" not in told


def test_a_slice_that_is_no_benchmark_is_held_against_training_and_measured_beforehand(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    apart = "apart: {source: distributions, split: test, families: [uniform], draws: 4, decimals: 1}"
    text = TEXT.replace("  slices:\n", f"  slices:\n    {apart}\n", 1)
    study = load_text(tmp_path, text.replace("{slice: seen_ranges", "{slice: apart"))
    told = parameters("leakage", study, {})
    assert "apart" in told["evaluate"] and "apart" not in told["train"]
    assert "apart" in prompted_slices(study)
    assert parameters("lengths", study, {})["answers"]["apart"] == "law"


def test_every_evaluation_has_a_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    requests = [each for each in planned(load_study("calibration")) if each.id.startswith("held_out_kl.")]
    assert len(requests) == 3 * 5
    last = requests[-1]
    assert last.id == "held_out_kl.seen_ranges.hard.hard_samples@40" and last.args == {"step": 40}
    assert last.paths == ("arms/hard/hard_samples/eval_log.parquet",)


def test_the_last_step_is_evaluated_once_whatever_the_distance(tmp_path: Path) -> None:
    for every, steps in ((15, [0, 15, 30, 40]), (20, [0, 20, 40]), (50, [0, 40])):
        text = TEXT.replace(STATED, f"{{slice: seen_ranges, every: {every}}}")
        assert load_text(tmp_path, text).eval_steps("soft_one_path") == steps
