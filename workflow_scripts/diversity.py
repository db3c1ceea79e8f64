"""Per-problem diversity of every evaluation, from stored rollouts and embeddings."""

from wideband.config.evaluation import Diversity
from wideband.metrics.diversity import bodies, diversity_table
from wideband.provenance.job import Job, run
from wideband.tables import read_table, write_table


def main(job: Job) -> None:
    """One table of metrics per evaluation."""
    settings = Diversity.model_validate(job.params["diversity"])
    sources = zip(
        job.input.rollouts, job.input.verdicts, job.input.embeddings, job.output.tables, strict=True
    )
    for *paths, table in sources:
        rollouts, verdicts, embeddings = map(read_table, paths, ("rollouts", "verdicts", "embeddings"))
        texts = bodies(rollouts, job.params["scaffolds"][rollouts["arm"].iloc[0]])
        write_table(diversity_table(rollouts, verdicts, embeddings, texts, settings), table, "metrics")


if __name__ == "__main__":
    run(main)
