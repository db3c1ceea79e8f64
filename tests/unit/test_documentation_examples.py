"""The pieces of code and of study files in docs work as they stand."""

import re
import sys
from collections import Counter
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
import yaml
from metric_tables import embeddings, rollouts, verdicts

import wideband
from wideband.config.data import Slice
from wideband.config.evaluation import Diversity
from wideband.config.sources import TASKS
from wideband.config.spaces import read_space
from wideband.config.training import Grpo
from wideband.data.sources.base import load_files
from wideband.training.rewards import Group

DOCS = Path(__file__).resolve().parents[2] / "docs"


def block(page: str, language: str, holding: str) -> str:
    """The block of a page that holds a text."""
    found = re.findall(rf"```{language}\n(.*?)```", (DOCS / page).read_text(encoding="utf-8"), re.DOTALL)
    return next(text for text in found if holding in text)


def module(name: str, text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """A module of the package that is not in its folder."""
    path = tmp_path / "code.py"
    path.write_text(text, encoding="utf-8")
    spec = spec_from_file_location(name, path)
    made = module_from_spec(spec)
    monkeypatch.setitem(sys.modules, name, made)
    spec.loader.exec_module(made)
    return made


def test_the_reward_of_the_page_pays_less_for_longer_workings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = block("own-task.md", "python", "def reward(")
    brief = module("wideband.training.rewards.brief", text, tmp_path, monkeypatch)
    stage = yaml.safe_load(block("own-task.md", "yaml", "reward: brief"))["stages"]["warmup"]
    settings = brief.Settings(**stage["reward_settings"])
    right = np.array([True, True, False])
    group = Group(("1", "1", "2"), right, right, ("x" * 1000, "", ""), Counter(), {})
    assert brief.reward(group, settings).tolist() == pytest.approx([0.8, 1.0, 0.0])
    assert Grpo(**(stage | {"reward": "verified", "reward_settings": {}})).steps == stage["steps"]


def test_the_answer_space_of_the_page_is_one(tmp_path: Path) -> None:
    (tmp_path / "config/spaces").mkdir(parents=True)
    (tmp_path / "config/spaces/compass.yaml").write_text(block("own-task.md", "yaml", "compass direction"))
    assert read_space("compass", tmp_path)[0].options == ("north", "east", "south", "west")
    asked = yaml.safe_load(block("own-task.md", "yaml", "directions:"))["data"]["slices"]["directions"]
    assert Slice(**asked).spaces == ["compass"]


def test_the_source_of_the_page_reads_its_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = block("own-data.md", "python", "SOURCE")
    mine = module("wideband.data.sources.mine", text, tmp_path, monkeypatch)
    monkeypatch.setitem(TASKS, "mine", "math")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/test.jsonl").write_text('{"id": 7, "question": "1 + 1?", "answer": 2}\n')
    read = load_files(mine.SOURCE, "test", tmp_path)
    assert read[["uid", "problem", "gold"]].values.tolist() == [["mine_7", "1 + 1?", "2"]]


def test_the_metric_of_diversity_of_the_page_is_measured_for_each_problem(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its second line is one of the values that `_textual` returns."""
    value = block("studies.md", "python", "mean_characters").splitlines()[1].strip()
    own = (Path(wideband.__file__).parent / "metrics/diversity.py").read_text(encoding="utf-8")
    beside = '"distinct_ngrams": ead('
    assert own.count(beside) == 1
    diversity = module(
        "wideband.metrics.diversity", own.replace(beside, f"{value} {beside}"), tmp_path, monkeypatch
    )
    graded = verdicts({"a": [True, True], "b": [False, False]})
    table = diversity.diversity_table(
        rollouts(graded, [5] * 4),
        graded,
        embeddings(graded, np.eye(4)),
        ["12", "1234", "1", "1"],
        Diversity(),
    )
    found = table[table["metric"].str.startswith("mean_characters")]
    values = found.set_index(["metric", "uid"])["value"]
    assert values["mean_characters"].to_dict() == {"a": 3.0, "b": 1.0}
    assert values["mean_characters.correct"]["a"] == 3.0 and np.isnan(values["mean_characters.correct"]["b"])
