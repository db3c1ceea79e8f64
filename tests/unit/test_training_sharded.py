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
from tiny_methods import every_method
from transformers import TrainerState

from wideband.training.log import HELD_OUT as EVALUATED

SCRIPT = Path(__file__).with_name("sharded_training.py")
STEPS = 2
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


@pytest.fixture(scope="module")
def stages(tiny_base: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Path, list[Told]]]:
    """Where two processes trained two stages, the second on the first one's adapter; by file of settings."""
    ran = {}
    for name in ("zero2.json", "zero3.json"):
        root = tmp_path_factory.mktemp("two")
        said = launched(tiny_base, root, name)
        assert said.returncode == 0, said.stdout[-4000:]
        told = [root / stage / "told.json" for stage in ("first", "second")]
        ran[name] = root, [json.loads(path.read_text()) for path in told]
    return ran


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
        one, two = (load_file(root / stage / "adapter/adapter_model.safetensors") for root in (before, after))
        assert one.keys() == two.keys()
        for name, weights in one.items():
            np.testing.assert_allclose(two[name], weights, rtol=0, atol=ROUNDING, err_msg=name)


def test_the_error_of_one_process_is_told_and_ends_the_others(tiny_base: Path, tmp_path: Path) -> None:
    said = launched(tiny_base, tmp_path, "zero3.json", "fails")
    assert said.returncode != 0
    assert "RuntimeError: one process fails in a pass" in said.stdout


def test_two_processes_train_by_every_method_what_one_does(tiny_base: Path, tmp_path: Path) -> None:
    """Groups of one prompt lie in different processes, and the reward counts their answers together."""
    (two := tmp_path / "two").mkdir()
    said = launched(tiny_base, two, "zero2.json", "methods")
    assert said.returncode == 0, said.stdout[-4000:]
    for name, alone in every_method(tiny_base, tmp_path / "one", {}).items():
        logs = alone.state.log_history, TrainerState.load_from_json(two / f"{name}.json").log_history
        evaluated = [[each[EVALUATED] for each in log if EVALUATED in each] for log in logs]
        for one, other in zip(*evaluated, strict=True):
            assert other == pytest.approx(one, abs=1e-3), name
        steps = [[each for each in log[:-1] if EVALUATED not in each] for log in logs]
        for one, other in zip(*steps, strict=True):
            assert one["grad_norm"] > 0.01
            # Which answers came how often decides a diversity reward, which Adam scales away again.
            for key in {"loss", "reward", "tokens", "grad_norm"} & one.keys():
                assert other[key] == pytest.approx(one[key], rel=1e-4, abs=1e-6), (name, key)
        one, other = (load_file(at / name / "adapter_model.safetensors") for at in (tmp_path / "one", two))
        assert one.keys() == other.keys()
        for tensor, weights in one.items():
            told = f"{name} {tensor}"
            np.testing.assert_allclose(other[tensor], weights, rtol=0, atol=ROUNDING, err_msg=told)
