"""A checkpoint as a model of its own, which a stage trains a new adapter on."""

from pathlib import Path

import torch

from wideband.policy.merged_model import write_merged
from wideband.provenance.job import Job, run


def main(job: Job) -> None:
    """Add the adapter to the model's weights and write the sum."""
    torch.set_num_threads(job.threads)
    job.note(**write_merged(Path(job.input.model), Path(job.input.adapter), Path(job.output.model)))


if __name__ == "__main__":
    run(main)
