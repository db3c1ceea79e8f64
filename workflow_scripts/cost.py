"""Per-problem tokens and correct rollouts of every evaluation."""

from wideband.metrics.cost import cost_table
from wideband.provenance.job import Job, run
from wideband.tables import read_table, write_table


def main(job: Job) -> None:
    """One table of metrics per evaluation."""
    for rollouts, verdicts, table in zip(
        job.input.rollouts, job.input.verdicts, job.output.tables, strict=True
    ):
        metrics = cost_table(read_table(rollouts, "rollouts"), read_table(verdicts, "verdicts"))
        write_table(metrics, table, "metrics")


if __name__ == "__main__":
    run(main)
