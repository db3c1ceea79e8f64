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

SCRIPT = Path(__file__).with_name("sharded_training.py")
# Of the weights: Adam divides by the size of a gradient, whose sum two processes round differently.
ROUNDING = 1e-4

Told = dict[str, Any]


def trained(base: Path, adapter: Path | None, folder: Path, deepspeed: str) -> Told:
    """What two processes told of their training into `folder`."""
    folder.mkdir()
    rooms = os.pathsep.join((str(SCRIPT.parent), str(SCRIPT.parents[2] / "workflow_scripts")))
    torchrun = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node=2"]
    said = subprocess.run(
        [*torchrun, str(SCRIPT), str(base), str(adapter or "-"), str(folder), deepspeed],
        env={**os.environ, "PYTHONPATH": rooms, "OMP_NUM_THREADS": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=300,
        check=False,
    )
    assert said.returncode == 0, said.stdout[-4000:]
    return json.loads((folder / "told.json").read_text())


@pytest.fixture(scope="module")
def stages(tiny_base: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Path, list[Told]]]:
    """Two stages, the second goes on with the first one's adapter; by file of settings."""
    ran = {}
    for name in ("zero2.json", "zero3.json"):
        root = tmp_path_factory.mktemp("two")
        first = trained(tiny_base, None, root / "first", name)
        second = trained(tiny_base, root / "first/adapter", root / "second", name)
        ran[name] = root, [first, second]
    return ran


def test_each_process_keeps_its_share_of_the_weights(stages: dict[str, tuple[Path, list[Told]]]) -> None:
    (_, whole), (_, shared) = stages["zero2.json"], stages["zero3.json"]
    assert [each["sharded"] for each in (*whole, *shared)] == [False, False, True, True]
    for one, half in zip(whole, shared, strict=True):
        # Two processes: a half, and what evens out the shares.
        assert half["kept"] == pytest.approx(one["kept"] / 2, rel=0.02)


def test_sharded_training_is_that_of_whole_weights(stages: dict[str, tuple[Path, list[Told]]]) -> None:
    (before, whole), (after, shared) = stages["zero2.json"], stages["zero3.json"]
    assert [each["log"] for each in whole] == [each["log"] for each in shared]
    assert whole[0]["log"] != whole[1]["log"]
    for stage in ("first", "second"):
        one, two = (load_file(root / stage / "adapter/adapter_model.safetensors") for root in (before, after))
        assert one.keys() == two.keys()
        for name, weights in one.items():
            np.testing.assert_allclose(two[name], weights, rtol=0, atol=ROUNDING, err_msg=name)
