"""One study, three ways to run it: on this machine, as SLURM jobs, on two nodes under ZeRO-3."""

import json
import re
from pathlib import Path

import numpy as np
import pytest
from cluster_run import Cluster, ran
from finished import finished_nano
from safetensors.numpy import load_file
from test_determinism import numbers, outputs
from workflow import Copy

from wideband.cluster import accounting
from wideband.provenance.digests import file_digest
from wideband.provenance.manifest import SUFFIX
from wideband.report.page_data import TIMES
from wideband.tables import read_table

# Two processes add the same fp32 gradients in another order. Adam divides by their size, so that a rounding
# of 1e-7 of a gradient moves a weight by about that share of the learning rate, 1e-3, at each step.
ROUNDING = {"loss": 1e-6, "reward": 1e-6, "correct": 1e-6, "entropy": 1e-4, "grad_norm": 1e-4}
WEIGHTS = 1e-4
SAMPLED, PAIRS = "arms/panel/gsm8k_warmup", "arms/think/pairs"
PAIRED = {
    "data__slices__pairs": {"source": "preferences", "split": "train", "n": 8},
    "arms__think__stages": ["pairs"],
    "stages__pairs": {"method": "dpo", "slice": "pairs", "steps": 2, "groups": 4, "lr": 1e-3},
}
# base, problems, lengths of prompts and count: one each; 6 trainings; 9 checkpoints evaluated, 2 more on the
# curve, 2 pools.
SLURM_JOBS = 4 + 6 + 9 + 2 + 2


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    """The nano study run on this machine, without SLURM."""
    return Copy.at(finished_nano(tmp_path_factory))


def test_the_whole_study_on_slurm_gives_the_bytes_of_a_local_run(nano: Copy, local: Copy) -> None:
    one, two = outputs(nano), outputs(local)
    assert len(one) > 150 and one.keys() == two.keys()
    assert [name for name in one if one[name] != two[name]] == []
    assert numbers(nano) == numbers(local)


def test_a_study_is_few_slurm_jobs(nano: Copy) -> None:
    submitted = re.findall(r"submitted with SLURM jobid (\d+)", (nano.root / "said.txt").read_text())
    assert len(set(submitted)) == SLURM_JOBS


def test_a_second_run_submits_nothing(nano: Copy) -> None:
    said = nano.snakemake("nano", "--profile", "slurm")
    assert said.returncode == 0 and "submitted" not in said.stdout


def test_every_manifest_names_its_slurm_job(nano: Copy, cluster: Cluster) -> None:
    found = [json.loads(path.read_text()) for path in nano.results("nano").rglob(f"*{SUFFIX}")]
    for manifest in found:
        slurm = manifest["machine"]["slurm"]
        assert cluster.job(slurm["slurm job"])["NodeList"] == slurm["slurm nodes"]
        assert slurm["slurm partition"] == "cpu"
        assert re.fullmatch(r"[\d.]+[KMG]", slurm["slurm max rss"])
        assert re.fullmatch(r"\d\d:\d\d:\d\d", slurm["slurm accounted"])
        assert manifest["notes"]["attempt"] == 1
    assert len({manifest["machine"]["slurm"]["slurm job"] for manifest in found}) == SLURM_JOBS


def test_the_page_of_times_tells_what_accounting_says_in_the_end(nano: Copy, cluster: Cluster) -> None:
    used = json.loads((nano.results("nano") / accounting.PLACE).read_text())
    assert len(used) == SLURM_JOBS
    assert {job["state"] for job in used.values()} == {"COMPLETED"}
    for job, told in used.items():
        said = cluster.ask("sacct", "-nXP", f"--jobs={job}", "--format=ElapsedRaw")
        assert (int(said), told["max_rss"] > 2**20) == (told["elapsed"], True)
    script = (nano.results("nano") / TIMES).read_text()
    assert all(f'"{job}", "completed"' in script for job in used)


@pytest.fixture(scope="module")
def sharded(nano: Copy) -> Copy:
    """A stage of GRPO and one of DPO on two nodes with a GPU each, one process per GPU, under ZeRO-3.

    ZeRO-2 is started in the same way; unit/test_training_sharded.py shows that it trains what ZeRO-3 does, by
    every method.
    """
    made = {"kind": "hub", "name": "nano", "repo": str(nano.results("nano") / "models/nano")}
    changes = {"base": made | {"dtype": "float32", "context": 1024}, **PAIRED}
    nano.write_study(
        "zero3",
        trainer={"save_every": 1, "deepspeed": "config/deepspeed/zero3.json"},
        resources={"training": {"nodes": 2, "gpus": 1}},
        **changes,
    )
    nano.write_study("paired", **changes)
    ran(nano, "zero3", *(f"results/zero3/{stage}/adapter" for stage in (SAMPLED, PAIRS)))
    return Copy.at(nano.results("zero3"))


def test_two_nodes_train_as_one_process_does(sharded: Copy, nano: Copy) -> None:
    alike(nano.results("nano"), sharded.root, SAMPLED)


def test_two_nodes_train_on_pairs_as_one_process_does(sharded: Copy, nano: Copy) -> None:
    said = nano.snakemake("paired", "--cores", "2", f"results/paired/{PAIRS}/adapter")
    assert said.returncode == 0, said.stdout[-4000:]
    alike(nano.results("paired"), sharded.root, PAIRS)


def alike(alone: Path, shared: Path, stage: str) -> None:
    """A stage's log and adapter in two results folders are the same but for rounding."""
    one, two = (read_table(root / stage / "training_log.parquet", "training_log") for root in (alone, shared))
    for column, tolerance in ROUNDING.items():
        np.testing.assert_allclose(two[column], one[column], rtol=tolerance, atol=tolerance, err_msg=column)
    assert list(one["tokens"]) == list(two["tokens"])
    before, after = (
        load_file(root / stage / "adapter/adapter_model.safetensors") for root in (alone, shared)
    )
    assert before.keys() == after.keys()
    for name, weights in before.items():
        np.testing.assert_allclose(after[name], weights, rtol=0, atol=WEIGHTS, err_msg=name)


def test_two_nodes_share_slices_and_base_and_are_in_the_manifest(sharded: Copy, nano: Copy) -> None:
    one, two = (
        {path.name: file_digest(path) for path in root.glob("data/*.parquet")}
        for root in (nano.results("nano"), sharded.root)
    )
    assert two.items() - one.items() == {("pairs.parquet", two["pairs.parquet"])}
    manifest = json.loads((sharded.root / f"{SAMPLED}/adapter{SUFFIX}").read_text())
    slurm = manifest["machine"]["slurm"]
    assert manifest["notes"]["processes"] == 2
    assert re.fullmatch(r"node\[\d-\d\]|node\[\d,\d\]", slurm["slurm nodes"])
    assert slurm["slurm partition"] == "gpu" and "gres/gpu=2" in slurm["slurm resources"]
    assert manifest["machine"]["gpus_visible"] is not None
