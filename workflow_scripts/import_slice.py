"""The problems of an imported slice: all that its files are about."""

from wideband.config.import_file import Import
from wideband.importers import read_problems, source_root
from wideband.provenance.job import Job, run
from wideband.tables import write_table


def main(job: Job) -> None:
    """Gather the problems and write them."""
    entries = [Import.model_validate(entry) for entry in job.params["files"]]
    root = source_root(job.input.source[0], entries[0])
    problems = read_problems(root, entries, job.wildcards["slice"])
    write_table(problems, job.output.problems, "problems")
    job.note(licence=job.params["licence"])


if __name__ == "__main__":
    run(main)
