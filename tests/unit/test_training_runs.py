"""Training with a real model: a killed run continues as if nothing had happened, and seeds repeat it."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import get_args
from unittest.mock import patch

import pytest
from tiny_policy import Killed, tiny_training

from wideband.config.trackers import NotInstalled, check_installed
from wideband.config.training import Trainer
from wideband.provenance.digests import folder_digest
from wideband.tables import read_table, write_table
from wideband.training.log import training_log
from wideband.training.publish import save_adapter
from wideband.training.state import STABLE, last_complete
from wideband.training.trackers import Followed, trackers

ROOT = Path(__file__).parents[2]
SAVE = """
import sys
from pathlib import Path
from tiny_policy import LORA
from wideband.policy.load import trainable_policy
from wideband.training.publish import copy_adapter
base, folder = map(Path, sys.argv[1:])
trainable_policy(base, None, LORA, "float32", 1).save_pretrained(folder / "raw")
copy_adapter(folder / "raw", folder / "published")
"""
# A tracker's package that draws random numbers, and that fails at the third step with a key in its message.
TRACKIO = """
import json, os, random
from contextvars import ContextVar
from pathlib import Path
from types import SimpleNamespace
import numpy, torch
__version__, config = "1.0", {}
context_vars = SimpleNamespace(current_space_id=ContextVar("space", default=None))
def note(line):
    random.random(), numpy.random.rand(), torch.rand(1)
    with (Path(os.environ["TRACKIO_DIR"]) / "told").open("a") as file:
        file.write(json.dumps(line) + chr(10))
def init(project, name, **more):
    Path(os.environ["TRACKIO_DIR"]).mkdir(parents=True)
    note({"project": project, "name": name})
def log(told, step=None):
    if told["train/global_step"] == 3:
        raise OSError("no room for " + os.environ["HF_TOKEN"])
    note(told)
"""


@pytest.fixture(autouse=True)
def environment() -> Iterator[None]:
    """What trackers leave in the environment of a job is in that of no other test."""
    with patch.dict(os.environ):
        yield


@pytest.fixture(scope="module")
def published(tiny_base: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., str]:
    """A function that trains for four steps from a state folder, and gives the adapter's digest."""

    def trained(state: Path | None = None, **stage: object) -> str:
        folder = tmp_path_factory.mktemp("run")
        save_adapter(tiny_training(tiny_base, state or folder / "state", **stage), folder / "adapter")
        return folder_digest(folder / "adapter")

    return trained


@pytest.fixture(scope="module")
def uninterrupted(published: Callable[..., str]) -> str:
    """The digest of the adapter that a run without incidents ends with."""
    return published()


def test_the_same_seed_twice_gives_the_same_bytes(published: Callable[..., str], uninterrupted: str) -> None:
    assert published() == uninterrupted


def draw_and_fail(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Puts TRACKIO in the place of the package."""
    (folder / "packages").mkdir()
    (folder / "packages/trackio.py").write_text(TRACKIO)
    # What comes in its place is gone again after the test.
    monkeypatch.setitem(sys.modules, "trackio", None)
    del sys.modules["trackio"]
    monkeypatch.syspath_prepend(folder / "packages")
    monkeypatch.delenv("TRACKIO_DIR", raising=False)


def test_trackers_change_no_byte_and_one_that_fails_ends_no_training(
    published: Callable[..., str],
    uninterrupted: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    draw_and_fail(tmp_path, monkeypatch)
    monkeypatch.setenv("HF_TOKEN", "hf_very_secret")
    followed = Followed("tiny", "panel.rl", "0123456789abcdef")
    assert published(trackers=trackers(["trackio"], followed, tmp_path / "logs")) == uninterrupted
    told = [json.loads(line) for line in (tmp_path / "logs/trackio/told").read_text().splitlines()]
    assert told[0] == {"project": "tiny", "name": "panel.rl-01234567"}
    assert [each["train/global_step"] for each in told[1:]] == [1, 2] and "train/reward" in told[1]
    (said,) = [each.getMessage() for each in caplog.records if "trackio" in each.getMessage()]
    assert said == "trackio failed (OSError: no room for <HF_TOKEN>); training goes on without it"


@pytest.mark.parametrize("name", get_args(Trainer.model_fields["report_to"].annotation)[0].__args__)
def test_a_tracker_that_is_installed_has_every_step_in_files_below_the_results(
    name: str, tiny_base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if find_spec(name) is None:
        pytest.skip(f"the lock has no {name}: pip install {name} runs this test")
    monkeypatch.setenv("WANDB_API_KEY", "0123456789" * 4)
    for variable in ("TENSORBOARD_LOGGING_DIR", "TRACKIO_DIR", "WANDB_DIR", "WANDB_MODE"):
        monkeypatch.delenv(variable, raising=False)
    followed = Followed("tiny", "panel.rl", "0123456789abcdef")
    tiny_training(tiny_base, tmp_path / "state", trackers=trackers([name], followed, tmp_path / "logs"))
    files = [path for path in (tmp_path / "logs").rglob("*") if path.is_file()]
    assert any(b"reward" in path.read_bytes() for path in files)
    assert not any(b"0123456789" * 4 in path.read_bytes() for path in files)


def test_a_tracker_that_is_not_there_is_named_with_its_remedy() -> None:
    with pytest.raises(NotInstalled, match="not installed: no_such_tracker; run pip install no_such_tracker"):
        check_installed(["json", "no_such_tracker"])


def test_another_seed_gives_another_adapter(published: Callable[..., str], uninterrupted: str) -> None:
    assert published(seed=6) != uninterrupted


def test_a_killed_run_ends_with_the_bytes_of_an_uninterrupted_one(
    tiny_base: Path, tmp_path: Path, published: Callable[..., str], uninterrupted: str
) -> None:
    with pytest.raises(Killed):
        tiny_training(tiny_base, tmp_path, fail_at=3)
    # Killed while it was writing its third save.
    (tmp_path / "checkpoint-3").mkdir()
    (tmp_path / "checkpoint-3" / "trainer_state.json").write_text('{"global_step": 3')
    assert last_complete(tmp_path) == tmp_path / "checkpoint-2"
    assert published(tmp_path) == uninterrupted


def test_a_run_that_continues_draws_only_what_is_left(tiny_base: Path, tmp_path: Path) -> None:
    with pytest.raises(Killed):
        tiny_training(tiny_base, tmp_path, fail_at=4)
    trainer = tiny_training(tiny_base, tmp_path)
    assert trainer.reward_funcs[0].calls == 1
    assert trainer.state.global_step == 4


def test_a_finished_run_started_again_trains_no_further(
    tiny_base: Path, tmp_path: Path, published: Callable[..., str], uninterrupted: str
) -> None:
    published(tmp_path)
    assert published(tmp_path) == uninterrupted


def test_checkpoints_inside_a_stage_are_published(tiny_base: Path, tmp_path: Path) -> None:
    tiny_training(tiny_base, tmp_path, publish_every=1)
    steps = sorted(path.name for path in (tmp_path / "published").iterdir())
    assert steps == ["1", "2", "3"]
    assert len({folder_digest(tmp_path / "published" / step) for step in steps}) == 3


def test_every_save_left_behind_is_marked_complete(tiny_base: Path, tmp_path: Path) -> None:
    tiny_training(tiny_base, tmp_path, steps=3)
    saves = sorted(tmp_path.glob("checkpoint-*"))
    assert [save.name for save in saves] == ["checkpoint-2", "checkpoint-3"]
    assert all((save / STABLE).exists() for save in saves)


def test_published_bytes_do_not_depend_on_the_process(tiny_base: Path, tmp_path: Path) -> None:
    running = []
    for seed in ("1", "2"):
        paths = [str(ROOT / "workflow_scripts"), str(ROOT / "tests/unit")]
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(paths)}
        command = [sys.executable, "-c", SAVE, str(tiny_base), str(tmp_path / seed)]
        running.append(subprocess.Popen(command, env=environment, cwd=ROOT))
    assert [process.wait() for process in running] == [0, 0]
    assert folder_digest(tmp_path / "1/published") == folder_digest(tmp_path / "2/published")
    # PEFT's own file is what differs, and what makes the test worth its seconds.
    raw = [(tmp_path / seed / "raw/adapter_config.json").read_text() for seed in ("1", "2")]
    assert raw[0] != raw[1]


def test_the_training_log_of_a_resumed_run_has_every_step(tiny_base: Path, tmp_path: Path) -> None:
    with pytest.raises(Killed):
        tiny_training(tiny_base, tmp_path / "state", fail_at=3)
    trainer = tiny_training(tiny_base, tmp_path / "state")
    table = training_log(trainer.state.log_history, "panel", "warmup")
    write_table(table, tmp_path / "log.parquet", "training_log")
    stored = read_table(tmp_path / "log.parquet", "training_log")
    assert list(stored["step"]) == [1, 2, 3, 4]
    assert (stored[["seconds", "tokens", "grad_norm", "lr"]] > 0).all(axis=None)
