"""Verdicts of stored rollouts."""

from wideband.config.evaluation import Grading
from wideband.grading import grade_rollouts
from wideband.provenance.job import Job, run
from wideband.tables import read_table, write_table


def main(job: Job) -> None:
    """Grade every rollout against its problem's gold."""
    verdicts = grade_rollouts(
        read_table(job.input.rollouts, "rollouts"),
        read_table(job.input.problems, "problems"),
        job.params["scaffold"],
        Grading.model_validate(job.params["grading"]),
        job.params["tag_coefficient"],
    )
    write_table(verdicts, job.output.verdicts, "verdicts")


if __name__ == "__main__":
    run(main)
