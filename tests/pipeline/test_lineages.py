"""A study whose arms branch, one of them with two training runs: run for real to its report and audited."""

import json
from pathlib import Path

import pytest
import yaml
from workflow import Copy

from wideband.config import load_study
from wideband.numbers import read_records
from wideband.tables import read_table

THINK = {"scaffold": "think", "prompt": "config/prompts/think_micro.txt"}
ARMS = {
    "think": THINK | {"stages": ["gsm8k_warmup"]},
    "branch": THINK | {"start": "think.gsm8k_warmup", "stages": ["math_continuation"], "seeds": [1, 2]},
    "plainly": {"scaffold": "plain", "prompt": "config/prompts/plain_micro.txt", "policy": "think"},
    "hot": THINK | {"policy": "think", "sampling": {"temperature": 1.5}, "against": "think"},
}
STAGE = {"steps": 2, "groups": 2, "group_size": 4, "max_tokens": 24, "lr": 1.0e-3}


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    """A finished study of four arms on one lineage with a branch, which is trained twice."""
    copy = Copy(tmp_path_factory.mktemp("tree"))
    sections = {
        "arms": ARMS,
        "compare": [["think", "branch"]],
        "benchmarks": {"gsm8k_test": {"n": 2, "max_tokens": 24}},
        "stages": {
            "gsm8k_warmup": STAGE | {"slice": "gsm8k_train", "reward": "leave_one_out"},
            "math_continuation": STAGE | {"slice": "math_train", "reward": "verified_diverse", "kl": 0.05},
        },
    }
    copy.write_study("tree", **sections)
    # No stage trains on a band: such a study needs no pool.
    file = copy.root / "config/studies/tree.yaml"
    content = yaml.safe_load(file.read_text())
    del content["band"], content["data"]["slices"]["olympiad_pool"]
    file.write_text(yaml.safe_dump(content))
    said = copy.snakemake("tree", "--cores", "2")
    assert said.returncode == 0, said.stdout[-6000:]
    return copy


def test_a_branch_goes_on_with_the_adapter_that_it_begins_from(tree: Copy) -> None:
    root = tree.results("tree")
    trained = {
        path.parent.relative_to(root).as_posix() for path in root.glob("arms/*/*/adapter.manifest.json")
    }
    branches = {f"arms/branch_s{seed}/math_continuation" for seed in (1, 2)}
    assert trained == {"arms/think/gsm8k_warmup", *branches}
    before = _manifest(root / "arms/think/gsm8k_warmup/adapter")["output"]["digest"]
    begun = [_manifest(root / branch / "adapter") for branch in branches]
    for each in begun:
        assert {read["digest"] for read in each["inputs"] if read["name"] == "adapter"} == {before}
    # Another seed is another training.
    assert len({each["output"]["digest"] for each in begun}) == 2


def test_every_arm_is_evaluated_along_its_lineage_in_its_own_way(tree: Copy) -> None:
    root, study = tree.results("tree"), load_study("tree", tree.root)
    assert set(study.arms) == {"think", "branch_s1", "branch_s2", "plainly", "hot"}
    for arm in study.arms:
        for checkpoint in study.checkpoints(arm):
            folder = root / f"arms/{arm}/{checkpoint}/rollouts"
            lies_here = study.evaluated_in(arm, checkpoint) == arm
            assert (folder / "gsm8k_test.parquet").is_file() == lies_here
    folders = {study.evaluated_in(arm, "gsm8k_warmup") for arm in ("think", "branch_s1", "branch_s2")}
    assert len(folders) == 1
    said = {
        arm: tuple(_rollouts(root / f"arms/{arm}/gsm8k_warmup/rollouts/gsm8k_test.parquet"))
        for arm in (*folders, "hot", "plainly")
    }
    # Hotter; with another scaffold.
    assert len(set(said.values())) == 3


def test_the_report_shows_the_branch_once_over_both_of_its_runs(tree: Copy) -> None:
    records = {each.id: each for each in read_records(tree.results("tree") / "numbers.jsonl")}
    gap = records["pass@1.diff.gsm8k_test.think-branch.gsm8k_warmup-math_continuation"]
    assert gap.args["runs"] == 2 and gap.value is not None
    first, second = (records[f"pass@1.gsm8k_test.{arm}.base"] for arm in ("think", "branch"))
    assert first.value == second.value and first.inputs == second.inputs
    html = (tree.results("tree") / "report/index.html").read_text()
    assert f'data-number="{gap.id}"' in html and 'data-setting="arms.branch_s2.run.seed"' in html


def test_the_audit_verifies_it(tree: Copy) -> None:
    said = tree.python("-m", "wideband.cli", "audit", "--study", "tree")
    assert said.returncode == 0, said.stdout[-3000:]
    assert "VERIFIED" in said.stdout


def _rollouts(path: Path) -> list[str]:
    return list(read_table(path, "rollouts").sort_values(["uid", "sample"])["completion"])


def _manifest(output: Path) -> dict:
    return json.loads(output.with_name(f"{output.name}.manifest.json").read_text())
