"""A study whose arms branch, with two training runs, on a merged policy, or published: run and audited."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import hub_stub
import pytest
import yaml
from file_kills import contents
from safetensors.numpy import load_file, save_file
from workflow import ROOT, Copy

from wideband.config import load_study
from wideband.numbers import read_records
from wideband.tables import read_table

THINK = {"scaffold": "think", "prompt": "config/prompts/think_micro.txt"}
ARMS = {
    "think": THINK | {"stages": ["gsm8k_warmup"]},
    "branch": THINK | {"start": "think.gsm8k_warmup", "stages": ["math_continuation"], "seeds": [1, 2]},
    "anew": THINK | {"start": "think.gsm8k_warmup", "stages": ["fresh"]},
    "plainly": {"scaffold": "plain", "prompt": "config/prompts/plain_micro.txt", "policy": "think"},
    "hot": THINK | {"policy": "think", "sampling": {"temperature": 1.5}, "against": "think"},
    "released": THINK
    | {
        "checkpoints": {
            "model": {"repo": "lab/model", "revision": "a" * 40},
            "tuned": {"kind": "adapter", "repo": "lab/tuned"},
        }
    },
}
KILLER = str(ROOT / "tests/pipeline/file_kills.py")
STAGE = {"steps": 2, "groups": 2, "group_size": 4, "max_tokens": 24, "lr": 1.0e-3}


@pytest.fixture(scope="module")
def hub(ran: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """A stand-in for the hub with a model of nano's shape, and an adapter for it; how it is reached."""
    served, nano = tmp_path_factory.mktemp("hub"), ran / "results/nano"
    model, tuned = (served / f"models/lab/{name}" for name in ("model", "tuned"))
    shutil.copytree(nano / "models/nano", model / ("a" * 40))
    weights = load_file(model / ("a" * 40) / "model.safetensors")
    save_file(
        {name: each * 1.1 for name, each in weights.items()},
        model / ("a" * 40) / "model.safetensors",
        {"format": "pt"},
    )
    shutil.copytree(nano / "arms/think/gsm8k_warmup/adapter", tuned / ("b" * 40))
    with hub_stub.running(served) as running:
        yield {
            **{"HF_ENDPOINT": running.url, "HF_HOME": str(served / "home"), "HF_HUB_DISABLE_XET": "1"},
            **{"HF_UPDATE_DOWNLOAD_COUNTS": "0", "HF_HUB_DISABLE_TELEMETRY": "1"},
        }


@pytest.fixture(scope="module")
def tree(hub: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Copy:
    """A finished study of arms on one lineage with a branch, which is trained twice, and a published one."""
    copy = Copy(tmp_path_factory.mktemp("tree"))
    sections = {
        "arms": ARMS,
        "compare": [["think", "branch"]],
        "benchmarks": {"gsm8k_test": {"n": 2, "max_tokens": 24}},
        "stages": {
            "gsm8k_warmup": STAGE | {"slice": "gsm8k_train", "reward": "leave_one_out"},
            "fresh": STAGE | {"slice": "gsm8k_train", "lora": "new"},
            "math_continuation": STAGE | {"slice": "math_train", "reward": "verified_diverse", "kl": 0.05},
        },
    }
    copy.write_study("tree", **sections)
    # No stage trains on a band: such a study needs no pool.
    file = copy.root / "config/studies/tree.yaml"
    content = yaml.safe_load(file.read_text())
    del content["band"], content["data"]["slices"]["olympiad_pool"]
    content["data"]["revisions"] = {"lab/tuned": "b" * 40}
    file.write_text(yaml.safe_dump(content, sort_keys=False))
    said = copy.snakemake("tree", "--cores", "2", **hub)
    assert said.returncode == 0, said.stdout[-6000:]
    return copy


def test_a_branch_goes_on_with_the_adapter_that_it_begins_from(tree: Copy) -> None:
    root = tree.results("tree")
    trained = {
        path.parent.relative_to(root).as_posix()
        for path in root.glob("arms/*/*/adapter.manifest.json")
        if json.loads(path.read_text())["rule"] == "train"
    }
    branches = {f"arms/branch_s{seed}/math_continuation" for seed in (1, 2)}
    assert trained == {"arms/think/gsm8k_warmup", "arms/anew/fresh", *branches}
    before = _manifest(root / "arms/think/gsm8k_warmup/adapter")["output"]["digest"]
    begun = [_manifest(root / branch / "adapter") for branch in branches]
    for each in begun:
        assert {read["digest"] for read in each["inputs"] if read["name"] == "adapter"} == {before}
    # Another seed is another training.
    assert len({each["output"]["digest"] for each in begun}) == 2


def test_a_new_adapter_is_trained_on_the_merged_policy_of_the_checkpoint_before(tree: Copy) -> None:
    root = tree.results("tree")
    before, merged = root / "arms/think/gsm8k_warmup/adapter", root / "models/think-gsm8k_warmup"
    trained, rollouts = root / "arms/anew/fresh/adapter", root / "arms/anew/fresh/rollouts/gsm8k_test.parquet"
    read = {
        made: {each["name"]: each["digest"] for each in _manifest(made)["inputs"]}
        for made in (merged, trained, rollouts)
    }
    assert read[merged]["adapter"] == _manifest(before)["output"]["digest"]
    assert read[trained]["model"] == read[rollouts]["model"] == _manifest(merged)["output"]["digest"]
    assert "adapter" not in read[trained]
    assert read[rollouts]["adapter"] == _manifest(trained)["output"]["digest"]
    assert _manifest(merged)["notes"]["rounded_away"] == 0


def test_a_merge_killed_at_any_file_leaves_no_half_model_and_ends_with_the_same_bytes(tree: Copy) -> None:
    made, root = tree.results("tree"), tree.root / "killed/tree"
    (root / "models").mkdir(parents=True)
    for known in ("specs", "provenance"):
        shutil.copytree(made / known, root / known)
    output = root / "models/think-gsm8k_warmup"
    read = {
        "spec": str(root / "specs/merge/think.gsm8k_warmup.json"),
        "model": str(made / "models/nano"),
        "adapter": str(made / "arms/think/gsm8k_warmup/adapter"),
    }
    job = json.dumps({"input": read, "output": {"model": str(output)}, "threads": 1})
    said = tree.python(KILLER, str(tree.root / "workflow_scripts/merge.py"), str(root), str(output), job)
    assert said.returncode == 0, said.stdout[-4000:]
    told = json.loads(said.stdout.splitlines()[-1])
    assert told["status"] == 0, told["said"]
    whole = contents(made / "models/think-gsm8k_warmup")
    # Absent while files are written, then there at once, and last of all its manifest.
    assert len(told["after"]) > 5
    assert all(found in (None, whole) for found, _ in told["after"])
    assert all(found == whole for found, recorded in told["after"] if recorded)
    assert contents(output) == whole
    assert [path for path in (root / "state").rglob("*") if path.is_file()] == []


def test_every_arm_is_evaluated_along_its_lineage_in_its_own_way(tree: Copy) -> None:
    root, study = tree.results("tree"), load_study("tree", tree.root)
    assert set(study.arms) == {"think", "branch_s1", "branch_s2", "anew", "plainly", "hot", "released"}
    for arm in study.arms:
        for checkpoint in study.checkpoints(arm):
            folder = root / f"arms/{arm}/{checkpoint}/rollouts"
            lies_here = study.evaluated_in(arm, checkpoint) == arm
            assert (folder / "gsm8k_test.parquet").is_file() == lies_here
    folders = {study.evaluated_in(arm, "gsm8k_warmup") for arm in ("think", "branch_s1", "branch_s2", "anew")}
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


def test_published_checkpoints_are_a_lineage_like_any_other(tree: Copy) -> None:
    root = tree.results("tree")
    said = {
        at: _rollouts(root / f"arms/{arm}/{at}/rollouts/gsm8k_test.parquet")
        for arm, at in (("think", "base"), ("released", "model"), ("released", "tuned"))
    }
    assert len(set(map(tuple, said.values()))) == 3
    read = {each["name"]: each["path"] for each in _manifest(_sampled(root, "tuned"))["inputs"]}
    assert read["model"].endswith("models/released-model")
    assert read["adapter"].endswith("arms/released/tuned/adapter")
    records = {each.id: each for each in read_records(root / "numbers.jsonl")}
    for gain in ("model-base", "tuned-base", "tuned-model"):
        assert records[f"gain.gsm8k_test.released.{gain}"].value is not None
    page = (root / "report/lineage.html").read_text()
    assert "released" in page and "tuned" in page


def test_the_audit_verifies_it_and_replays_published_checkpoints(tree: Copy, hub: dict[str, str]) -> None:
    away = hub | {"HF_ENDPOINT": "http://127.0.0.1:9", "HF_HUB_OFFLINE": "1"}
    said = tree.python("-m", "wideband.cli", "audit", "--study", "tree", **away)
    assert said.returncode == 0, said.stdout[-3000:]
    assert "VERIFIED" in said.stdout and "not sampled again" not in said.stdout


def test_a_merged_policy_goes_along_with_the_adapter_that_was_trained_on_it(
    tree: Copy, hub: dict[str, str]
) -> None:
    said = tree.python("-m", "wideband.cli", "publish", "--study", "tree", "--arm", "anew", **hub)
    assert said.returncode == 0, said.stdout[-3000:]
    folder, merged = (
        tree.root / "published/tree.anew.fresh",
        tree.results("tree") / "models/think-gsm8k_warmup",
    )
    for weights in merged.glob("*.safetensors"):
        assert (folder / "base" / weights.name).read_bytes() == weights.read_bytes()
    card = (folder / "README.md").read_text()
    assert "arm think at gsm8k\\_warmup, merged" in card and "VERIFIED by an audit" in card


def test_a_checkpoint_of_another_shape_is_refused_before_it_is_loaded(
    tree: Copy, hub: dict[str, str]
) -> None:
    base = yaml.safe_load((tree.root / "config/studies/tree.yaml").read_text())["base"]
    tree.write_study("other", "tree", base=base | {"layers": 3, "tokens": 5_000})
    said = tree.snakemake("other", "--cores", "2", "results/other/models/released-model", **hub)
    assert said.returncode != 0
    assert (
        "published model 'released-model': lab/model does not fit its lineage's base (layers: 2, not 3)"
        in (said.stdout)
    )
    assert "Traceback" not in said.stdout


def _sampled(root: Path, checkpoint: str) -> Path:
    return root / f"arms/released/{checkpoint}/rollouts/gsm8k_test.parquet"


def _rollouts(path: Path) -> list[str]:
    return list(read_table(path, "rollouts").sort_values(["uid", "sample"])["completion"])


def _manifest(output: Path) -> dict:
    return json.loads(output.with_name(f"{output.name}.manifest.json").read_text())
