"""The shared held-out split of the pool, drawn without looking at any band."""

from wideband.config.data import Heldout
from wideband.data.splits import heldout
from wideband.provenance.job import Job, run
from wideband.tables import read_table, write_table


def main(job: Job) -> None:
    """Draw the held-out problems and write them."""
    pool = read_table(job.input.pool, "problems")
    write_table(heldout(pool, Heldout.model_validate(job.params)), job.output.problems, "problems")


if __name__ == "__main__":
    run(main)
