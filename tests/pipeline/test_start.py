"""An arm that starts from a published adapter instead of the bare base."""

import json

from workflow import Copy

from wideband.provenance.digests import folder_digest
from wideband.provenance.manifest import read_manifest
from wideband.tables import read_table

ROLLOUTS = "arms/panel/base/rollouts/gsm8k_test.parquet"


def test_an_arm_samples_with_the_adapter_it_starts_from(twin: Copy) -> None:
    published = twin.results("nano") / "arms/panel/olympiad_rlvr/adapter"
    twin.write_study("started", base__tokens=5_000, arms__panel__start_from={"repo": str(published)})
    said = twin.snakemake("started", "--cores", "2", f"results/started/{ROLLOUTS}")
    assert said.returncode == 0, said.stdout[-4000:]
    root = twin.results("started")
    assert folder_digest(root / "arms/panel/base/adapter") == folder_digest(published)
    inputs = {read["name"]: read["digest"] for read in read_manifest(root / ROLLOUTS)["inputs"]}
    assert inputs["adapter"] == folder_digest(published)
    assert len(read_table(root / ROLLOUTS, "rollouts")) == 32


def test_its_first_stage_continues_that_adapter(twin: Copy) -> None:
    published = twin.results("nano") / "arms/panel/olympiad_rlvr/adapter"
    twin.write_study("started", base__tokens=5_000, arms__panel__start_from={"repo": str(published)})
    counts = twin.plan("started", "results/started/arms/panel/gsm8k_warmup/adapter").counts
    assert counts["train_gsm8k_warmup"] == 1
    spec = twin.results("started") / "specs/train/panel.gsm8k_warmup.json"
    # No fresh LoRA: the adapter's own shape is continued.
    assert json.loads(spec.read_text())["params"]["lora"] is None
