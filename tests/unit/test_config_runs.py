"""Training seeds: an arm for each run, the same lineages among runs, and one arm again for numbers."""

import re
from pathlib import Path

import pytest

from wideband.config import Study, load_study
from wideband.config.checks_arms import seed_problems as problems
from wideband.config.parameters import parameters, whole_study
from wideband.config.runs import by_run, pooled, runs_of
from wideband.workflow.jobs import jobs

ROOT = Path(__file__).resolve().parents[2]
THINK = {"scaffold": "think", "prompt": "config/prompts/think_micro.txt"}
TREE = {
    "think": {"stages": ["gsm8k_warmup"]},
    "branch": {"start": "think.gsm8k_warmup", "stages": ["math_continuation"], "against": "think"},
    "hot": {"policy": "branch", "sampling": {"temperature": 1.5}},
    "untrained": {"train": False},
}


def study(*, seeds: tuple[int, ...] = (), **arms: dict[str, object]) -> Study:
    """Nano with these arms."""
    document = load_study(ROOT / "config/studies/nano.yaml", ROOT).model_dump()
    bodies = {arm: THINK | body for arm, body in (arms or TREE).items()}
    return Study.model_validate(document | {"arms": bodies, "seeds": seeds})


def test_without_seeds_nothing_changes() -> None:
    made = study()
    assert by_run(made) is made and pooled(made) is made


def test_every_trained_arm_has_a_run_for_each_seed_on_the_lineage_of_that_seed() -> None:
    made = by_run(study(seeds=(1, 22)))
    assert list(made.arms) == [
        *(f"{arm}_s{seed}" for arm in ("think", "branch", "hot") for seed in (1, 22)),
        "untrained",
    ]
    assert made.arms["branch_s22"].start == "think_s22.gsm8k_warmup"
    assert made.arms["hot_s1"].policy == "branch_s1"
    assert made.holder("hot_s22", "gsm8k_warmup") == "think_s22"


def test_runs_are_one_arm_again_for_numbers_and_report() -> None:
    whole = pooled(by_run(study(seeds=(1, 22))))
    assert list(whole.arms) == list(TREE) and whole.pairs() == [("branch", "think")]
    assert whole.lineage("hot") == [("think", "gsm8k_warmup"), ("branch", "math_continuation")]
    assert runs_of(whole, "hot") == ["hot_s1", "hot_s22"] and runs_of(whole, "untrained") == ["untrained"]


def test_an_arm_may_have_seeds_of_its_own_and_others_that_ask_its_checkpoints_have_them_too() -> None:
    made = by_run(study(**TREE | {"branch": TREE["branch"] | {"seeds": [5, 6]}}))
    assert list(made.arms) == ["think", "branch_s5", "branch_s6", "hot_s5", "hot_s6", "untrained"]
    assert made.arms["branch_s6"].start == "think.gsm8k_warmup"


def test_runs_differ_in_the_seed_of_training_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    one, several = study(), by_run(study(seeds=(1, 2)))
    trained = [
        parameters("train", made, {"arm": arm, "stage": "gsm8k_warmup"})
        for made, arm in ((one, "think"), (several, "think_s1"), (several, "think_s2"))
    ]
    assert len({each["stage"].pop("seed") for each in trained}) == 3
    assert trained[0] == trained[1] == trained[2]
    asked = {"checkpoint": "gsm8k_warmup", "slice": "gsm8k_test"}
    assert parameters("sample", several, {"arm": "think_s1", **asked}) == parameters(
        "sample", one, {"arm": "think", **asked}
    )


def test_jobs_are_those_of_every_run_and_what_numbers_are_told_makes_the_same_study(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(ROOT)
    made = by_run(study(seeds=(1, 2)))
    labels = [job.label for job in jobs(made, ROOT) if job.rule in ("train", "sample")]
    assert [label for label in labels if label.startswith("train ")] == [
        *("train think_s1.gsm8k_warmup", "train think_s2.gsm8k_warmup"),
        *("train branch_s1.math_continuation", "train branch_s2.math_continuation"),
    ]
    # What is asked in the same way is sampled once: the base of every run, and the branch's beginning.
    assert [label for label in labels if label.endswith("gsm8k_test")] == [
        *("sample think_s1.base.gsm8k_test",),
        *(f"sample think_s{seed}.gsm8k_warmup.gsm8k_test" for seed in (1, 2)),
        *(f"sample branch_s{seed}.math_continuation.gsm8k_test" for seed in (1, 2)),
        *("sample hot_s1.base.gsm8k_test", "sample hot_s1.gsm8k_warmup.gsm8k_test"),
        *("sample hot_s1.math_continuation.gsm8k_test", "sample hot_s2.gsm8k_warmup.gsm8k_test"),
        "sample hot_s2.math_continuation.gsm8k_test",
    ]
    assert whole_study(parameters("number_records", made, {})) == made


BAD = {
    "a seed twice": ((1, 2, 1), {}, r"^seeds: 1 twice; name each seed once$"),
    "a seed of an arm twice": (
        (),
        {"think": {"seeds": [7, 7]}},
        r"^arms\.think\.seeds: 7 twice; name each seed once$",
    ),
    "seeds of what is not trained": (
        (),
        {"untrained": {"train": False, "seeds": [1, 2]}},
        r"^arms\.untrained\.seeds: nothing is trained for this arm; remove it$",
    ),
    "other seeds than the arm that it begins from": (
        (1, 2),
        TREE | {"branch": TREE["branch"] | {"seeds": [3, 4]}},
        r"^arms\.branch\.seeds: the arm that it begins from has the seeds \[1, 2\]; remove it$",
    ),
    "fewer seeds than another arm, and more than one": (
        (1, 2, 3),
        {"think": {}, "other": {"seeds": [1, 2]}},
        r"^arms\.other\.seeds: 2 of them, but arm 'think' has 3; name as many, or one$",
    ),
    "the name of a run": (
        (1, 2),
        {"think": {}, "think_s2": {"train": False}},
        r"^arms\.think_s2: this name is reserved for a run of arm 'think'",
    ),
    "a run by hand": (
        (),
        {"think": {"run": {"of": "think", "seed": 1}}},
        r"^arms\.think\.run: set by Wideband itself",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_seeds_that_cannot_be_are_refused_in_one_line(name: str) -> None:
    seeds, arms, message = BAD[name]
    found = list(problems(study(seeds=seeds, **arms)))
    assert len(found) == 1 and re.search(message, found[0]), found


def test_an_arm_of_one_seed_may_stand_beside_arms_of_several() -> None:
    made = study(seeds=(1, 2), think={}, other={"seeds": [7]})
    assert not list(problems(made))
    assert list(by_run(made).arms) == ["think_s1", "think_s2", "other_s7"]


def test_a_study_file_loads_run_by_run(tmp_path: Path) -> None:
    text = Path(__file__).with_name("study_to_change.yaml").read_text(encoding="utf-8")
    (tmp_path / "micro.yaml").write_text(f"{text}\nseeds: [4, 5, 6]\n", encoding="utf-8")
    found = load_study(tmp_path / "micro.yaml", ROOT)
    assert [arm for arm in found.arms if arm.startswith("panel")] == ["panel_s4", "panel_s5", "panel_s6"]
    assert "plain" in found.arms and pooled(found).pairs() == [("panel", "think")]
