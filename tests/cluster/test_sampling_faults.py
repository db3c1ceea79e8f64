"""A sampling job that SLURM ends in the middle: the next run samples what is missing, to the same bytes."""

import shutil
from pathlib import Path

import pytest
from cluster_run import LIMIT_S, Cluster, Running, still
from workflow import Copy

from wideband.provenance.digests import file_digest
from wideband.provenance.manifest import read_manifest

STUDY, BATCH = "sampled", 2
JOB = "sample.plain.base.gsm8k_test"
ROLLOUTS = f"results/{STUDY}/arms/plain/base/rollouts/gsm8k_test.parquet"
# Of the transformers engine (sampling/workers.py), one share: so many rollouts are kept together.
SHARE = 4 * BATCH
SHARES = 8 * 12 // SHARE


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    """A slice of many shares, sampled on this machine without SLURM."""
    copy = Copy(tmp_path_factory.mktemp("undisturbed"))
    copy.write_study(
        STUDY,
        base__tokens=5_000,
        sampling={"engine": "transformers", "batch_size": BATCH},
        benchmarks__gsm8k_test={"title": "GSM8K tier", "n": 12, "max_tokens": 300},
    )
    said = copy.snakemake(STUDY, "--cores", "2", ROLLOUTS)
    assert said.returncode == 0, said.stdout[-4000:]
    return copy


def kept(copy: Copy) -> int:
    """How many shares are kept for a later attempt."""
    return len(list(copy.results(STUDY).glob("state/sample/**/[!.]*.parquet")))


def test_a_cancelled_sampling_job_goes_on_after_its_last_share_when_run_again(
    cluster: Cluster, undisturbed: Copy, tmp_path: Path
) -> None:
    unsampled = shutil.ignore_patterns("arms", "state")
    copy = Copy.at(Path(shutil.copytree(undisturbed.root, tmp_path / "copy", ignore=unsampled)))
    first = Running(copy, STUDY, "--retries", "0", ROLLOUTS)
    with still(copy, STUDY, JOB, "shares kept", lambda: kept(copy) >= 2):
        (job,) = cluster.jobs("rule_sample", of=copy) or cluster.jobs("rule_evaluate", of=copy)
        cluster.ask("scancel", job)
    assert first.process.wait(LIMIT_S) != 0
    before = kept(copy)
    assert 2 <= before < SHARES and not (copy.root / ROLLOUTS).exists()

    Running(copy, STUDY, ROLLOUTS).finish()
    assert read_manifest(copy.root / ROLLOUTS)["notes"]["resumed_rollouts"] == before * SHARE
    assert file_digest(copy.root / ROLLOUTS) == file_digest(undisturbed.root / ROLLOUTS)
    assert kept(copy) == 0
