"""An arm's own training split: its variance band minus the shared held-out problems."""

from wideband.data.splits import arm_train
from wideband.provenance.job import Job, run
from wideband.tables import read_table, write_table


def main(job: Job) -> None:
    """Write the arm's training problems."""
    pool, heldout = (read_table(path, "problems") for path in (job.input.pool, job.input.heldout))
    band = read_table(job.input.band, "band")
    write_table(arm_train(pool, band, heldout, job.params["if_empty"]), job.output.problems, "problems")


if __name__ == "__main__":
    run(main)
