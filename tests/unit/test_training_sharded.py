"""Under ZeRO-3 no process holds all weights, neither while it samples, and training stays what it is."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load_file
from tiny_methods import REWARDS, TARGETS, every_method
from transformers import TrainerState

from wideband.training.log import HELD_OUT as EVALUATED

SCRIPT = Path(__file__).with_name("sharded_training.py")
STEPS = 2
WEIGHTS = "adapter_model.safetensors"
# Of the weights: Adam divides by the size of a gradient, whose sum two processes round differently.
ROUNDING = 1e-4

Told = dict[str, Any]


def launched(*arguments: object) -> subprocess.CompletedProcess[str]:
    """The script in two processes."""
    rooms = os.pathsep.join((str(SCRIPT.parent), str(SCRIPT.parents[2] / "workflow_scripts")))
    torchrun = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--local-addr=127.0.0.1"]
    return subprocess.run(
        [*torchrun, "--nproc-per-node=2", str(SCRIPT), *map(str, arguments)],
        env={**os.environ, "PYTHONPATH": rooms, "OMP_NUM_THREADS": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=300,
        check=False,
    )


def alike(one: Path, other: Path) -> None:
    """The weights of two adapters are the same but for rounding."""
    weights, others = (load_file(folder / WEIGHTS) for folder in (one, other))
    assert weights.keys() == others.keys()
    for name, values in weights.items():
        np.testing.assert_allclose(others[name], values, rtol=0, atol=ROUNDING, err_msg=f"{other} {name}")


@pytest.fixture(scope="module")
def launches(tiny_base: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Where two processes trained two stages and one of each method; by file of settings."""
    roots = {name: tmp_path_factory.mktemp("two") for name in ("zero2.json", "zero3.json")}
    for name, root in roots.items():
        said = launched(tiny_base, root, name)
        assert said.returncode == 0, said.stdout[-4000:]
    return roots


@pytest.fixture(scope="module")
def stages(launches: dict[str, Path]) -> dict[str, tuple[Path, list[Told]]]:
    """Where two processes trained two stages, the second on the first one's adapter, and what they said."""
    names = ("first", "second")
    return {
        file: (root, [json.loads((root / stage / "told.json").read_text()) for stage in names])
        for file, root in launches.items()
    }


@pytest.fixture(scope="module")
def alone(tiny_base: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where this process trained a stage of each method."""
    every_method(tiny_base, folder := tmp_path_factory.mktemp("one") / "methods", {})
    return folder


def test_no_process_ever_has_the_whole_base(stages: dict[str, tuple[Path, list[Told]]]) -> None:
    (_, whole), (_, shared) = stages["zero2.json"], stages["zero3.json"]
    for one, none in zip(whole, shared, strict=True):
        (every,) = one["loaded"]
        assert len(one["sampling"]) == len(none["sampling"]) == STEPS
        assert set(one["sampling"]) == {every}
        # Nothing but the adapter, and what DeepSpeed takes to be too small to share out.
        assert max(*none["loaded"], *none["sampling"]) < every / 4


def test_sharded_training_is_that_of_whole_weights(stages: dict[str, tuple[Path, list[Told]]]) -> None:
    (before, whole), (after, shared) = stages["zero2.json"], stages["zero3.json"]
    assert [each["log"] for each in whole] == [each["log"] for each in shared]
    assert whole[0]["log"] != whole[1]["log"]
    for stage in ("first", "second"):
        alike(before / stage / "adapter", after / stage / "adapter")


def test_the_error_of_one_process_is_told_and_ends_the_others(tiny_base: Path, tmp_path: Path) -> None:
    said = launched(tiny_base, tmp_path, "zero3.json", "fails")
    assert said.returncode != 0
    assert "RuntimeError: one process fails in a pass" in said.stdout


@pytest.mark.parametrize("folder", ["zero2.json/methods", "zero3.json/methods", "zero3.json/recomputed"])
def test_two_processes_train_by_every_method_what_one_does(
    launches: dict[str, Path], alone: Path, folder: str
) -> None:
    """Groups of one prompt lie in different processes, and the reward counts their answers together.

    So it is where activations are recomputed.
    """
    file, _, name = folder.partition("/")
    two = launches[file] / name
    names = [path.stem for path in two.glob("*.json")]
    assert {*TARGETS, *REWARDS} < set(names) or (name == "recomputed" and len(names) == 3)
    for name in names:
        logs = [TrainerState.load_from_json(at / f"{name}.json").log_history for at in (alone, two)]
        evaluated = [[entry[EVALUATED] for entry in log if EVALUATED in entry] for log in logs]
        for one, other in zip(*evaluated, strict=True):
            assert other == pytest.approx(one, abs=1e-3), name
        steps = [[entry for entry in log if "tokens" in entry] for log in logs]
        for one, other in zip(*steps, strict=True):
            assert one["grad_norm"] > 0.01
            # Which answers came how often decides a diversity reward, which Adam scales away again.
            for key in {"loss", "reward", "tokens", "grad_norm"} & one.keys():
                assert other[key] == pytest.approx(one[key], rel=1e-4, abs=1e-6), (name, key)
        alike(alone / name, two / name)


def test_a_training_that_two_processes_go_on_with_ends_with_the_same_bytes(launches: dict[str, Path]) -> None:
    root = launches["zero3.json"]
    names = [path.stem for path in (root / "interrupted").glob("*.json")]
    assert len(names) == 3
    for name in names:
        one, other = (root / folder / name / WEIGHTS for folder in ("methods", "interrupted"))
        assert one.read_bytes() == other.read_bytes(), name


def test_no_process_has_the_whole_base_by_any_method(launches: dict[str, Path]) -> None:
    whole, shared = (
        [held for rank in "01" for held in json.loads((launches[file] / f"loaded-{rank}.json").read_text())]
        for file in ("zero2.json", "zero3.json")
    )
    (every,) = set(whole)
    assert max(shared) < every / 4
