"""Every number of the study, as records that say how to compute them again."""

from wideband.config.parameters import whole_study
from wideband.numbers import study_numbers, write_records
from wideband.provenance.job import Job, run


def main(job: Job) -> None:
    """Compute and write the records."""
    study = whole_study(job.params)
    root = job.output.numbers.parent
    write_records(study_numbers(study, root, job.spec.code), job.output.numbers)


if __name__ == "__main__":
    run(main)
