"""Per-problem pass@k of every evaluation."""

from wideband.metrics.passk import passk_table
from wideband.provenance.job import Job, run
from wideband.tables import read_table, write_table


def main(job: Job) -> None:
    """One table of metrics per table of verdicts."""
    for verdicts, table in zip(job.input.verdicts, job.output.tables, strict=True):
        write_table(passk_table(read_table(verdicts, "verdicts")), table, "metrics")


if __name__ == "__main__":
    run(main)
