"""A study's own Python files: what they register is used, is code of what reaches it, or is refused."""

import json
import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import yaml

from wideband import plugin_registry, tasks
from wideband.config import load_study
from wideband.config.checks_stages import NEEDED
from wideband.config.load import StudyError
from wideband.data.errors import DataError
from wideband.data.slices import build_slice
from wideband.grading import Grader
from wideband.grading.by_task import asked_of, judge
from wideband.metrics import by_item
from wideband.metrics.by_item import Item
from wideband.plugins import NEEDABLE
from wideband.scaffolds import get
from wideband.training import rewards
from wideband.training.rewards import Group
from wideband.workflow.jobs import jobs

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/own-task.md").read_text(encoding="utf-8")
EXAMPLE = re.search(r"```python\n(.*?)```", PAGE, re.DOTALL)[1]
HEAD, TASK, REWARD, METRIC = re.split(r"\n\n\n(?=@)", EXAMPLE)
Load = Callable[..., object]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A project with the package's code, the example split by kind, and a study that uses all of it."""
    for name in ("workflow_scripts", "config"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "my").mkdir()
    for name, text in {"kind": TASK, "pay": REWARD, "count": METRIC}.items():
        (tmp_path / f"my/{name}.py").write_text(f"{HEAD}\n\n\n{text}")
    content = yaml.safe_load((ROOT / "config/studies/nano.yaml").read_text()) | {"name": "own"}
    content["plugins"] = ["my/kind.py", "my/pay.py", "my/count.py"]
    content["data"]["slices"] |= {
        "cities": {"source": "capitals", "split": "test"},
        "picks": {"source": "choice", "split": "test", "spaces": ["planet"]},
    }
    content["stages"]["gsm8k_warmup"] |= {"reward": "short", "reward_settings": {"price": 0.05}}
    content["benchmarks"] |= {name: {"n": 2, "max_tokens": 8} for name in ("cities", "picks")}
    (tmp_path / "config/studies/own.yaml").write_text(yaml.safe_dump(content, sort_keys=False))
    monkeypatch.chdir(tmp_path)
    yield tmp_path
    plugin_registry.use([], ROOT)


def refusal(project: Path, text: str, path: str = "my/kind.py") -> str:
    (project / path).write_text(f"{HEAD}\n\n\n{text}")
    with pytest.raises(StudyError) as caught:
        load_study("own")
    assert "\n" not in str(caught.value)
    return str(caught.value)


def digests(project: Path) -> dict[str, str]:
    return {job.label: job.spec.digest for job in jobs(load_study("own"), project)}


def test_the_example_of_the_page_makes_items_reads_answers_and_pays(project: Path) -> None:
    (project / "my/all.py").write_text(EXAMPLE)
    file = project / "config/studies/own.yaml"
    file.write_text(re.sub(r"plugins:\n(- .*\n)+", "plugins: [my/all.py]\n", file.read_text()))
    study = load_study("own")
    items = build_slice("cities", study.data).sort_values("uid")
    assert items["uid"].tolist() == [f"capitals/test/{number}" for number in (1, 2, 3)]
    assert items["gold"].tolist() == ["paris", "lima", "tokyo"]
    said = [get("direct").parse(text) for text in ("Paris.", "Rome", "")]
    with Grader(5.0, 1) as grader:
        judged = judge(grader, said, [asked_of(row) for row in items.to_dict("records")])
    assert [each.outcome.correct for each in judged] == [True, False, False]
    assert [each.reading.outcome for each in judged] == ["paris", "rome", None]
    own, none = rewards.load("short"), np.zeros(2, dtype=bool)
    group = Group(("four", None), none, none, ("", ""), Counter(), {})
    assert own.reward(group, own.Settings(price=0.05)).tolist() == pytest.approx([0.8, 0.0])
    item = Item(np.ones(4) / 4, counts=np.array([3, 0, 1, 0]), draws=4)
    assert by_item.load("never_said")(item) == 0.5
    assert by_item.title("never_said") == "Share of the options that no completion gave"
    assert not list(project.glob("my/__pycache__"))


def test_a_changed_plugin_makes_stale_what_reaches_it_and_nothing_else(project: Path) -> None:
    before = digests(project)
    for file, due in {
        "kind": r"(slice|golds) cities|grade \S*\.cities|number_records.*|report.*",
        "pay": r"train \S*\.gsm8k_warmup",
        "count": r"answers.*|number_records.*|report.*",
    }.items():
        path = project / f"my/{file}.py"
        text = path.read_text()
        path.write_text(f"# Another comment.\n{text}")
        assert digests(project) == before
        path.write_text(f"{text}\n\nMORE = 1\n")
        after = digests(project)
        changed = {label for label in before if before[label] != after[label]}
        assert changed == {label for label in before if re.fullmatch(due, label)}, file
        path.write_text(text)


def test_other_studies_know_nothing_of_it(project: Path) -> None:
    load_study("own")
    study = load_study("nano")
    assert "capitals" not in tasks.names() and "short" not in rewards.names()
    assert not any("my/" in name for job in jobs(study, project) for name in job.code.modules)
    assert not any("plugins" in job.spec.params for job in jobs(study, project) if job.rule == "train")


def test_a_data_file_that_it_names_counts_as_its_code(project: Path) -> None:
    (project / "my/places.json").write_text('["France"]')
    reading = TASK.replace("for country", 'open("my/places.json").close()\n        for country')
    (project / "my/kind.py").write_text(f"{HEAD}\n\n\n{reading}")
    before = digests(project)
    (project / "my/places.json").write_text('["Peru"]')
    after = digests(project)
    assert before["slice cities"] != after["slice cities"]
    assert before["slice picks"] == after["slice picks"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("class capitals", "class math"), "my/kind.py: task 'math' is there already; give it another name"),
        (("def read", "def reads"), "my/kind.py: task 'capitals': has no function 'read'; add it"),
        (('"gold", "answer"', '"golds"'), "gives 'golds'; known are answer, end, gold"),
        (("import numpy", "import nowhere"), "cannot be imported: line 1, ModuleNotFoundError: No module"),
        (("def items(split):", "def items(split:"), "cannot be imported: line 10, SyntaxError: "),
        (("    def items", "    raise SystemExit(3)\n    def items"), "line 10, SystemExit: 3"),
        (("@task", "# @task"), "registers nothing; put a decorator of wideband.plugins on"),
        (('    """The capital of a country."""\n', ""), "'capitals': has no docstring; say in a line"),
    ],
)
def test_a_plugin_that_cannot_be_used_is_refused_in_one_line(
    project: Path, change: tuple[str, str], said: str
) -> None:
    (project / "my/kind.py").write_text(f"{HEAD}\n\n\n{TASK}".replace(*change))
    with pytest.raises(StudyError) as caught:
        load_study("own")
    assert said in str(caught.value) and "own.yaml: plugins: my/kind.py" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_names_that_are_taken_and_settings_without_default_are_refused(project: Path) -> None:
    again = REWARD.replace("def short", "def verified")
    assert "reward 'verified' is there already" in refusal(project, again, "my/pay.py")
    assert "setting 'price' has no default" in refusal(
        project, REWARD.replace(": float = 0.1", ""), "my/pay.py"
    )
    (project / "my/pay.py").write_text(f"{HEAD}\n\n\n{REWARD}")
    twice = refusal(project, f"{METRIC}\n\n\n{REWARD}", "my/count.py")
    assert "my/count.py: reward 'short' is there already" in twice


@pytest.mark.parametrize(
    ("path", "text", "said"),
    [
        (
            "kind",
            TASK.replace('gives=["gold", "answer"]', 'gives="gold"'),
            "gives 'gold'; write a list of names",
        ),
        (
            "pay",
            REWARD.replace('["answer"]', '"gold"'),
            "reward 'short': needs 'gold'; write a list of names",
        ),
        ("pay", REWARD.replace('["answer"]', '["answers"]'), "needs 'answers'; known are answer, classes,"),
        ("pay", REWARD.replace('["answer"]', "3"), "needs 3; write a list of names"),
        ("count", METRIC.replace('["options"]', '["choices"]'), "'never_said': needs 'choices'; known are"),
        ("count", METRIC.replace("[SAMPLED]", "SAMPLED"), "reads 'verdicts'; write a list of names, such as"),
        ("count", METRIC.replace("[SAMPLED]", '["samples"]'), "reads 'samples'; known are loglikelihoods, "),
    ],
)
def test_names_of_what_is_needed_and_read_are_checked(project: Path, path: str, text: str, said: str) -> None:
    assert said in refusal(project, text, f"my/{path}.py")


@pytest.mark.parametrize("need", sorted(NEEDABLE - tasks.load("math").GIVES))
def test_a_reward_that_needs_what_the_items_lack_is_refused_in_words(project: Path, need: str) -> None:
    said = refusal(project, REWARD.replace('["answer"]', f"[{need!r}]"), "my/pay.py")
    assert f"gsm8k_warmup.reward: 'short' needs {NEEDED[need]}, which items of task 'math' do not" in said


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("my/nothing.py", "my/nothing.py: no such file; plugins are named relative to the top"),
        ("my/kind.txt", "not a Python file; name one that ends with .py"),
        ("../outside.py", "outside of this repository; copy it into the repository"),
        ("my/link.py", "outside of this repository; copy it into the repository"),
        ("workflow_scripts/train.py", "lies in workflow_scripts, among the package's own code"),
    ],
)
def test_paths_that_lead_elsewhere_are_refused(project: Path, path: str, said: str) -> None:
    (project / "my/link.py").symlink_to("/etc/hostname")
    file = project / "config/studies/own.yaml"
    file.write_text(file.read_text().replace("my/kind.py", path))
    with pytest.raises(StudyError, match=re.escape(said)):
        load_study("own")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (('"gold": capital', '"golds": capital'), "item 1: unknown field 'golds'; known are"),
        ((', "gold": capital', ""), "item 1: no gold; every item of this task needs one"),
        (('"gold": capital', '"gold": capital, "uid": "x"'), "source capitals: uid 'x' twice"),
        (("for country", "1 / 0\n        for country"), "its items cannot be made (ZeroDivisionError"),
    ],
)
def test_items_that_lack_something_are_named(project: Path, change: tuple[str, str], said: str) -> None:
    (project / "my/kind.py").write_text(f"{HEAD}\n\n\n{TASK}".replace(*change))
    with pytest.raises(DataError, match=re.escape(said)):
        build_slice("cities", load_study("own").data)


def test_an_unknown_setting_of_an_own_reward_is_refused(project: Path) -> None:
    file = project / "config/studies/own.yaml"
    file.write_text(file.read_text().replace("price: 0.05", "prize: 0.05"))
    with pytest.raises(StudyError, match=re.escape("gsm8k_warmup.reward_settings.prize: unknown key")):
        load_study("own")
    assert json.dumps(load_study("nano").plugins) == "[]"
