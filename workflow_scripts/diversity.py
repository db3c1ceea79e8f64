"""Per-problem diversity of every evaluation, from stored rollouts and embeddings."""

from functools import partial
from pathlib import Path

from wideband.config.evaluation import Diversity
from wideband.metrics.diversity import bodies, diversity_table
from wideband.provenance.job import Job, run
from wideband.provenance.processes import mapped
from wideband.tables import read_table, write_table


def main(job: Job) -> None:
    """One table of metrics per evaluation."""
    settings, scaffolds = Diversity.model_validate(job.params["diversity"]), job.params["scaffolds"]
    tables = (job.input.rollouts, job.input.verdicts, job.input.embeddings, job.output.tables)
    mapped(partial(_evaluation, settings, scaffolds), zip(*tables, strict=True), job.threads)


def _evaluation(settings: Diversity, scaffolds: dict[str, str], paths: tuple[Path, ...]) -> None:
    *sources, table = paths
    rollouts, verdicts, embeddings = map(read_table, sources, ("rollouts", "verdicts", "embeddings"))
    texts = bodies(rollouts, scaffolds[rollouts["arm"].iloc[0]])
    write_table(diversity_table(rollouts, verdicts, embeddings, texts, settings), table, "metrics")


if __name__ == "__main__":
    run(main)
