"""Files of the shapes that real tools write, which were once read wrongly: each with its right value."""

from pathlib import Path

import pytest
from importing import add, pass_at_1, project, tables

from wideband.config import load_study


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(project(tmp_path))
    return tmp_path


RIGHT = [
    # file, flags, pass@1
    ("ours_boxed.jsonl", ("--grader", "wideband"), 1.0),
    ("ours_hash.jsonl", ("--grader", "wideband"), 1.0),
    ("lm_repeats.jsonl", ("--grader", "wideband"), 0.5),
    ("lm_multiple_choice.jsonl", (), 1.0),
    ("lm_multiple_choice.jsonl", ("--verdict", "acc_norm"), 0.0),
    ("lm_old_no_metrics.jsonl", (), 0.75),
    ("inspect_epochs.json", (), 0.5),
    ("inspect_cancelled.json", ("--incomplete",), 1.0),
    ("inspect_partial.json", ("--at-least", "1"), 1 / 3),
    ("inspect_partial.json", ("--at-least", "0.5"), 2 / 3),
    ("inspect_one_error.json", ("--incomplete",), 0.5),
    ("inspect_dict_value.json", ("--verdict", "s.correct"), 0.5),
    ("inspect_dict_value.json", ("--verdict", "s.format"), 0.5),
    ("inspect_agent.json", (), 1.0),
    ("he_results.jsonl", (), 0.5),
    ("qwen_math.jsonl", (), 0.5),
    ("qwen_math.jsonl", ("--grader", "wideband"), 0.5),
    ("nemo_output-rs0.jsonl", (), 1.0),
    ("nemo_output-rs0.jsonl", ("--grader", "wideband"), 1.0),
]


@pytest.mark.parametrize(("file", "flags", "value"), RIGHT)
def test_a_case_has_its_right_value(file: str, flags: tuple[str, ...], value: float) -> None:
    assert add(f"mine/{file}", *flags) == 0
    assert pass_at_1() == pytest.approx(value)


REFUSED = [
    # file, flags, what the message says
    ("lm_repeats.jsonl", (), r"lm_repeats\.jsonl:1: one recorded value .* 4 responses; .* --grader wideband"),
    ("inspect_cancelled.json", (), r"the run was stopped \(cancelled\).* --incomplete"),
    ("inspect_partial.json", (), r"inspect_partial\.json item 2: s is 'P', neither .* --at-least"),
    ("inspect_one_error.json", (), r"1 ended in an error \(timeout\) missing; .* --incomplete"),
    ("inspect_dict_value.json", (), r"--verdict which of it counts: s\.correct, s\.format"),
    (
        "twogold.jsonl",
        ("--grader", "wideband"),
        r"twogold\.jsonl:2: problem 'q0' has the gold '6', but at .*:1",
    ),
    (
        "gold_number.jsonl",
        ("--grader", "wideband"),
        r"gold_number\.jsonl:2: field 'gold' must be text, but is \[2\]",
    ),
    ("surrogate.jsonl", ("--grader", "wideband"), r"surrogate\.jsonl:1: holds \\ud83d, half of a character"),
    (
        "ours_boxed.jsonl",
        ("--grader", "wideband", "--scaffold", "plain"),
        r"none of 5 completions .* --last-number",
    ),
]


@pytest.mark.parametrize(("file", "flags", "said"), REFUSED)
def test_a_case_that_is_no_result_is_refused(
    file: str, flags: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    import re

    assert add(f"mine/{file}", *flags) == 2
    error = capsys.readouterr().err
    assert re.search(said, error), error
    assert error.count("\n") == 1
    assert not Path("config/studies/s.yaml").exists()


def test_two_problems_under_one_uid_in_two_files_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert add("mine/conflict_a.jsonl", "--grader", "wideband") == 0
    before = Path("config/studies/s.yaml").read_text()
    assert add("mine/conflict_b.jsonl", "--grader", "wideband", arm="b") == 2
    error = capsys.readouterr().err
    assert "conflict_b.jsonl:1: problem '0'" in error and "conflict_a.jsonl:1" in error and "--uid" in error
    assert Path("config/studies/s.yaml").read_text() == before


def test_a_gold_that_is_a_number_is_read(folder: Path) -> None:
    first = (folder / "mine/gold_number.jsonl").read_text().splitlines()[0]
    (folder / "mine/one.jsonl").write_text(first + "\n")
    assert add("mine/one.jsonl", "--grader", "wideband") == 0
    assert pass_at_1() == 1.0


def test_tokens_of_an_agent_are_those_of_all_its_calls() -> None:
    assert add("mine/inspect_agent.json") == 0
    rollouts = tables()["rollouts"]
    assert rollouts[["completion_tokens", "prompt_tokens"]].to_numpy().tolist() == [[501, 1500]]


def test_likelihoods_are_kept_as_such() -> None:
    assert add("mine/lm_multiple_choice.jsonl") == 0
    made = tables()
    assert "rollouts" not in made
    first = made["loglikelihoods"].query("uid == '0'")
    assert first[["option", "logprob", "target_mass"]].to_numpy().tolist() == [
        ["a", -1.5, 1.0],
        ["b", -2.5, 0.0],
    ]
    assert made["verdicts"]["answer"].tolist() == ["a", "a", "a"]
    assert made["problems"]["gold"].tolist() == ["a", "a", "a"]


def test_programs_keep_their_text_and_are_not_graded_as_answers(capsys: pytest.CaptureFixture[str]) -> None:
    assert add("mine/he_results.jsonl", "--grader", "wideband") == 2
    assert "judged by their tests" in capsys.readouterr().err
    assert add("mine/he_results.jsonl") == 0
    assert tables()["rollouts"]["completion"].unique().tolist() == [" return 1"]


@pytest.mark.parametrize(
    ("file", "flags", "missing"),
    [
        ("inspect_one_error.json", (), {"ended in an error (timeout)": 1}),
        ("inspect_cancelled.json", (), {}),
    ],
)
def test_what_an_incomplete_run_lacks_is_counted(file: str, flags: tuple[str, ...], missing: dict) -> None:
    assert add(f"mine/{file}", "--incomplete", *flags) == 0
    found = tables()["missing"]
    known = found[found["reason"] != "cancelled"]
    assert dict(zip(known["reason"], known["rollouts"], strict=True)) == missing
    assert load_study("s").imports.files[0].incomplete


def test_a_whole_run_has_nothing_missing_whatever_the_flag() -> None:
    assert add("mine/inspect_epochs.json", "--incomplete") == 0
    assert not load_study("s").imports.files[0].incomplete and "missing" not in tables()
