"""The bands of a pool under one policy."""

from wideband.band import classify
from wideband.provenance.job import Job, run
from wideband.tables import read_table, write_table


def main(job: Job) -> None:
    """Classify every problem of the pool by its verdicts."""
    write_table(classify(read_table(job.input.verdicts, "verdicts")), job.output.band, "band")


if __name__ == "__main__":
    run(main)
