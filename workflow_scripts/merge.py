"""A checkpoint as a model of its own, which a stage trains a new adapter on."""

import shutil
from pathlib import Path

import torch

from wideband.policy.merging import write_merged
from wideband.provenance.job import Job, run


def main(job: Job) -> None:
    """Add the adapter to the model's weights and write the sum; its folder appears whole."""
    torch.set_num_threads(job.threads)
    written, folder = job.state / "model", Path(job.output.model)
    shutil.rmtree(written, ignore_errors=True)
    job.state.mkdir(parents=True, exist_ok=True)
    if folder.exists():
        # Of a run that ended before it was recorded; removed where no half of it can be taken for a model.
        folder.rename(written)
        shutil.rmtree(written)
    job.note(**write_merged(Path(job.input.model), Path(job.input.adapter), written))
    written.rename(folder)
    job.drop_state()


if __name__ == "__main__":
    run(main)
