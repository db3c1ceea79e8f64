"""Pretraining on a tiny model: the same weights with one process or two.

That it gives the same bytes twice is shown by pipeline/test_determinism.py.
"""

import subprocess
import sys
from pathlib import Path

import torch
from safetensors.torch import load_file

ROOT = Path(__file__).parents[2]
# A process of its own: forking after torch has computed would copy its locked threads.
PROGRAM = """
import sys
from pathlib import Path
from wideband.config.policy import MicroBase
from wideband.policy.pretrain import pretrain

base = MicroBase(hidden_size=32, layers=1, heads=2, kv_heads=1, experts=2, expert_size=16, context=256,
                 tokens=6000, batch_tokens=512, processes=int(sys.argv[2]))
pretrain(base, {"think": "Think. User: {problem} Assistant: "}, Path(sys.argv[1]))
"""


def trained(folder: Path, processes: int) -> Path:
    """The weights' file of a tiny model trained by that many processes."""
    command = [sys.executable, "-c", PROGRAM, str(folder), str(processes)]
    subprocess.run(command, check=True, cwd=ROOT / "workflow_scripts", timeout=120, capture_output=True)
    return folder / "model.safetensors"


def test_two_processes_train_what_one_would_but_for_rounding(tmp_path: Path) -> None:
    alone, together = (load_file(trained(tmp_path / f"by{count}", count)) for count in (1, 2))
    assert alone.keys() == together.keys()
    for name, weights in alone.items():
        torch.testing.assert_close(together[name], weights, atol=2e-2, rtol=0.0, msg=name)
        assert torch.linalg.vector_norm(together[name] - weights) < 0.05 * torch.linalg.vector_norm(weights)
