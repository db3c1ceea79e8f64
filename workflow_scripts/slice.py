"""One slice of problems out of its source."""

from wideband.config.data import Data
from wideband.data.slices import build_slice
from wideband.provenance.job import Job, run
from wideband.tables import write_table


def main(job: Job) -> None:
    """Draw the slice and write it."""
    data, spaces = Data.model_validate(job.params["data"]), job.params.get("spaces")
    problems = build_slice(job.wildcards["slice"], data, spaces)
    write_table(problems, job.output.problems, "problems")


if __name__ == "__main__":
    run(main)
