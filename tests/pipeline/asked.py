"""A study of items of every kind: one arm trained on requests for an option, with other answers retained, the
same asked at a higher temperature, and an untrained one in another scaffold. Reward, a task and a metric are
those of a page.
"""

import re
from pathlib import Path

import yaml
from workflow import ROOT, Copy

PAGE = (ROOT / "docs/own-task.md").read_text(encoding="utf-8")
PLUGIN = "my/capitals.py"

PICKS = {"source": "choice", "listed": True}
VARIED = {"paraphrases": 2, "orders": 2}
SLICES = {
    "picks": PICKS | {"split": "test", "spaces": ["planet", "card_suit"], "shots": 1, **VARIED},
    "picks_train": PICKS | {"split": "train", "spaces": ["planet"]},
    "numbers": {
        "source": "distributions",
        "split": "test",
        "families": ["gaussian", "poisson"],
        "draws": 1,
        "decimals": 1,
    },
    "questions": {"source": "knowledge", "split": "test", "n": 3},
    "tales": {"source": "prompts", "split": "test", "n": 2},
    "gsm8k_test": {"source": "gsm8k", "split": "test", "n": 3},
    "capitals": {"source": "capitals", "split": "test"},
}
SECTIONS = {
    "plugins": [PLUGIN],
    "data": {"slices": SLICES},
    "arms": {
        "direct": {"scaffold": "direct", "prompt": "config/prompts/direct.txt"},
        "hot": {
            "scaffold": "direct",
            "prompt": "config/prompts/direct.txt",
            "policy": "direct",
            "sampling": {"temperature": 1.5},
        },
        "plain": {"scaffold": "plain", "prompt": "config/prompts/plain_micro.txt", "train": False},
    },
    "compare": [["direct", "plain"], ["direct", "hot"]],
    "stages": {
        "picking": {
            "slice": "picks_train",
            "reward": "short",
            "steps": 1,
            "groups": 1,
            "group_size": 4,
            "max_tokens": 8,
            "lr": 1.0e-3,
            "retain": {"slice": "picks", "prompts": 2},
        }
    },
    "benchmarks": {name: {"n": 2, "max_tokens": 8} for name in SLICES if name != "picks_train"},
}


def finished(folder: Path) -> Copy:
    """A copy of the repository in which the study `asked` ran to its report."""
    copy = Copy(folder)
    copy.write_study("asked", **SECTIONS)
    (copy.root / PLUGIN).parent.mkdir()
    (copy.root / PLUGIN).write_text(re.search(r"```python\n(.*?)```", PAGE, re.DOTALL)[1])
    file = copy.root / "config/studies/asked.yaml"
    content = yaml.safe_load(file.read_text())
    del content["band"]
    file.write_text(yaml.safe_dump(content))
    said = copy.snakemake("asked", "--cores", "2")
    assert said.returncode == 0, said.stdout[-6000:]
    return copy
