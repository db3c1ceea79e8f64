"""`wideband import`: somebody's own files, as docs/import.md shows it, to numbers and a report."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from workflow import TRACEBACK, Copy

from wideband.numbers import NumberRecord, read_records
from wideband.tables import read_table

CASES = Path(__file__).resolve().parents[1] / "cases/imports"
# The ten lines of docs/import.md.
LINES = """\
{"uid": "q1", "n_samples": 4, "n_correct": 4}
{"uid": "q2", "n_samples": 4, "n_correct": 1}
{"uid": "q3", "n_samples": 4, "n_correct": 0}
{"uid": "q4", "n_samples": 4, "n_correct": 2}
{"uid": "q5", "n_samples": 4, "n_correct": 4}
{"uid": "q6", "n_samples": 4, "n_correct": 0}
{"uid": "q7", "n_samples": 4, "n_correct": 3}
{"uid": "q8", "n_samples": 4, "n_correct": 1}
{"uid": "q9", "n_samples": 4, "n_correct": 4}
{"uid": "q10", "n_samples": 4, "n_correct": 2}
"""


def wideband(copy: Copy, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command in the copy."""
    return subprocess.run(
        [sys.executable, "-m", "wideband.cli", *arguments],
        cwd=copy.root,
        env={**os.environ, "PYTHONPATH": str(copy.root / "workflow_scripts")},
        capture_output=True,
        text=True,
        check=False,
    )


def rollouts(uid: str, solved: int) -> list[str]:
    """Two rollouts of a problem whose answer is 42, `solved` of them right, without verdicts."""
    texts = [f"Try {step}, {uid}. <answer>{42 if step < solved else step}</answer>" for step in range(2)]
    fields = {"uid": uid, "gold": "42", "problem": f"What is {uid}?"}
    return [json.dumps({**fields, "completion": text}) for text in texts]


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    """A copy in which counts of one system and rollouts of another were imported and computed."""
    made = Copy(tmp_path_factory.mktemp("import"))
    (made.root / "mine").mkdir()
    (made.root / "mine/a.jsonl").write_text(LINES)
    theirs = [line for place in range(1, 9) for line in rollouts(f"q{place}", place % 3)]
    (made.root / "mine/b.jsonl").write_text("\n".join(theirs) + "\n")
    one = wideband(made, "import", "mine/a.jsonl", "--study", "quiz", "--arm", "a", "--benchmark", "quiz")
    assert (one.returncode, one.stderr) == (0, "")
    assert "counts of a on quiz: 10 problems, 4 rollouts each" in one.stdout
    more = ("--arm", "b", "--benchmark", "quiz", "--grader", "wideband")
    two = wideband(made, "import", "mine/b.jsonl", "--study", "quiz", *more)
    assert "rollouts of b on quiz: 8 problems, 2 rollouts each" in two.stdout, two.stderr
    shutil.copy(CASES / "inspect_one_error.json", made.root / "mine/c.json")
    shutil.copy(CASES / "lm_multiple_choice.jsonl", made.root / "mine/d.jsonl")
    for arm, file, flags in (("c", "c.json", ("--incomplete",)), ("d", "d.jsonl", ())):
        place = ("--arm", arm, "--benchmark", f"of_{arm}")
        added = wideband(made, "import", f"mine/{file}", "--study", "quiz", *place, *flags)
        assert added.returncode == 0, added.stderr
    said = made.snakemake("quiz", "--cores", "2")
    assert said.returncode == 0, said.stdout[-6000:]
    return made


@pytest.fixture(scope="module")
def records(copy: Copy) -> dict[str, NumberRecord]:
    return {record.id: record for record in read_records(copy.results("quiz") / "numbers.jsonl")}


def test_ten_lines_give_a_curve_with_its_interval(records: dict[str, NumberRecord]) -> None:
    assert records["pass@1.quiz.a.base"].value == pytest.approx(21 / 40)
    assert records["pass@4.quiz.a.base"].value == pytest.approx(8 / 10)
    assert records["pass@4.quiz.a.base"].ci is not None
    assert records["hit_rate.quiz.a.base"].n == 40


def test_two_systems_are_paired_by_problem(records: dict[str, NumberRecord]) -> None:
    found = records["pass@2.diff.quiz.a-b.base"]
    assert found.n == 8 and found.ci is not None
    assert "pass@3.diff.quiz.a-b.base" not in records


def test_texts_are_graded_and_their_diversity_measured_here(
    copy: Copy, records: dict[str, NumberRecord]
) -> None:
    verdicts = read_table(copy.results("quiz") / "arms/b/base/verdicts/quiz.parquet", "verdicts")
    assert verdicts["grader"].unique().tolist() == ["math-verify"]
    assert verdicts.groupby("uid")["correct"].sum().to_dict() == {f"q{i}": i % 3 for i in range(1, 9)}
    assert records["cosine_distance.quiz.b.base"].value > 0
    assert "cosine_distance.quiz.a.base" not in records
    assert not [name for name in records if name.startswith("tokens_per_correct.quiz")]


def test_what_a_run_lacks_is_counted_and_shown(copy: Copy, records: dict[str, NumberRecord]) -> None:
    found = records["missing.of_c.c.base"]
    assert (found.value, found.n) == (1, 2)
    assert records["pass@1.of_c.c.base"].value == 0.5
    assert "missing.quiz.b.base" not in records
    page = (copy.results("quiz") / "report/index.html").read_text()
    assert "rollouts missing from the import" in page and "missing.of_c.c.base" in page


def test_likelihoods_give_accuracy_and_nothing_that_needs_a_text(
    copy: Copy, records: dict[str, NumberRecord]
) -> None:
    assert records["pass@1.of_d.d.base"].value == 1
    assert not [name for name in records if ".of_d." in name and name.split(".")[0] == "cosine_distance"]
    table = read_table(copy.results("quiz") / "arms/d/base/loglikelihoods/of_d.parquet", "loglikelihoods")
    assert table["logprob"].tolist() == [-1.5, -2.5] * 3


def test_no_number_says_what_was_not_imported(records: dict[str, NumberRecord]) -> None:
    assert records["tokens_per_rollout.of_c.c.base"].value == 4
    made_up = {"money_per_correct", "tag_valid"}
    assert not [name for name in records if name.split(".")[0] in made_up]


def test_an_edited_file_is_imported_again_and_a_broken_one_named(copy: Copy) -> None:
    path, fresh = copy.root / "mine/a.jsonl", copy.plan("quiz")
    assert fresh.jobs == []
    path.write_text(LINES + '{"uid": "q11", "n_samples": 4}\n')
    assert {"sources", "number_records"} <= copy.plan("quiz").counts.keys()
    said = copy.snakemake("quiz", "--cores", "1")
    assert said.returncode != 0 and TRACEBACK not in said.stdout
    assert "a.jsonl:11: field 'n_correct' is missing (it has n_samples, uid); add it" in said.stdout
    again = wideband(copy, "import", "mine/a.jsonl", "--study", "other", "--arm", "a", "--benchmark", "quiz")
    assert again.returncode == 2 and "mine/a.jsonl:11: field 'n_correct' is missing" in again.stderr
    assert not (copy.root / "config/studies/other.yaml").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("mine/none.jsonl",), "none.jsonl: no such file"),
        (("mine/odd.jsonl",), "odd.jsonl: its rows have score, uid, which is not a format known here"),
        (("elsewhere/c.jsonl",), "elsewhere/c.jsonl: not under mine, where this study's files lie"),
        (("mine/b.jsonl", "--where", "label"), "--where label: not of the form FIELD=VALUE"),
        (("mine/b.jsonl",), "b.jsonl:1: no verdict; "),
    ],
)
def test_what_cannot_be_imported_is_said_in_a_line(copy: Copy, arguments: tuple[str, ...], said: str) -> None:
    (copy.root / "mine/odd.jsonl").write_text('{"uid": "q1", "score": 0.5}\n')
    (copy.root / "elsewhere").mkdir(exist_ok=True)
    (copy.root / "elsewhere/c.jsonl").write_text(LINES)
    before = (copy.root / "config/studies/quiz.yaml").read_text()
    done = wideband(copy, "import", *arguments, "--study", "quiz", "--arm", "c", "--benchmark", "quiz")
    assert done.returncode == 2 and said in done.stderr and TRACEBACK not in done.stderr
    assert (copy.root / "config/studies/quiz.yaml").read_text() == before


def test_a_study_written_by_hand_is_left_alone(copy: Copy) -> None:
    done = wideband(copy, "import", "mine/b.jsonl", "--study", "nano", "--arm", "c", "--benchmark", "quiz")
    assert done.returncode == 2 and "name the file in it by hand" in done.stderr


def test_the_documentation_shows_the_lines_that_this_test_runs() -> None:
    text = (Path(__file__).resolve().parents[2] / "docs/import.md").read_text()
    assert LINES in text
    assert "wideband import mine/a.jsonl --study quiz --arm a --benchmark quiz" in text
