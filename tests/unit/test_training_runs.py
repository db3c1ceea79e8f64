"""Training with a real model: a killed run continues as if nothing had happened, and seeds repeat it."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from tiny_policy import Killed, tiny_training

from wideband.provenance.digests import folder_digest
from wideband.tables import read_table, write_table
from wideband.training.log import training_log
from wideband.training.publish import save_adapter
from wideband.training.state import STABLE, last_complete

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
