"""Distances by entailment of every evaluation, from judged pairs."""

from wideband.config.evaluation import Entailment
from wideband.metrics.entailment import entailment_metrics
from wideband.provenance.job import Job, run
from wideband.tables import read_table, write_table


def main(job: Job) -> None:
    """One table of metrics per evaluation."""
    settings = Entailment.model_validate(job.params["entailment"])
    sources = zip(
        job.input.entailment, job.input.rollouts, job.input.verdicts, job.output.tables, strict=True
    )
    for *paths, table in sources:
        pairs, rollouts, verdicts = map(read_table, paths, ("entailment", "rollouts", "verdicts"))
        write_table(entailment_metrics(pairs, rollouts, verdicts, settings), table, "metrics")


if __name__ == "__main__":
    run(main)
