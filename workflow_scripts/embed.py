"""Embeddings of the bodies of rollouts."""

import torch

from wideband.embedding import embed
from wideband.provenance.job import Job, run
from wideband.tables import read_table, write_table


def main(job: Job) -> None:
    """Embed every rollout of one checkpoint, slice by slice."""
    torch.set_num_threads(job.threads)
    rollouts = [read_table(path, "rollouts") for path in job.input.rollouts]
    for table, path in zip(embed(rollouts, **job.params), job.output.embeddings, strict=True):
        write_table(table, path, "embeddings")


if __name__ == "__main__":
    run(main)
