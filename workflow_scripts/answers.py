"""Per-item metrics of the answers of every evaluation that has answer spaces: exact laws, sampled counts."""

from pathlib import Path

from wideband.metrics.answers import answers_table, around_answers
from wideband.provenance.job import Job, run
from wideband.tables import read_table, write_table


def main(job: Job) -> None:
    """One table of metrics per evaluation; some have exact laws alone, or samples."""
    problems = {path.stem: read_table(path, "problems") for path in job.input.problems}
    exact, written = _by_cell(job.input.loglikelihoods), _by_cell(job.input.rollouts)
    judged, first = _by_cell(job.input.verdicts), _by_cell(job.input.next_tokens)
    parted = _by_cell(job.input.novelty)
    for path in job.output.tables:
        arm, checkpoint, name = cell = (path.parts[-3], path.parts[-2], path.stem)
        table = answers_table(
            {"arm": arm, "checkpoint": checkpoint, "slice": name},
            problems[name],
            read_table(exact[cell], "loglikelihoods") if cell in exact else None,
            read_table(judged[cell], "verdicts") if cell in judged else None,
            job.params["metrics"][".".join(cell)],
            around_answers(
                read_table(written[cell], "rollouts"),
                job.params["scaffolds"][arm],
                job.params["tasks"][name],
            )
            if cell in written
            else None,
            read_table(first[cell], "next_tokens") if cell in first else None,
            read_table(parted[cell], "novelty") if cell in parted else None,
        )
        write_table(table, path, "metrics")


def _by_cell(paths: list[Path]) -> dict[tuple[str, str, str], Path]:
    """Tables by arm, checkpoint and slice."""
    return {(path.parts[-4], path.parts[-3], path.stem): path for path in paths}


if __name__ == "__main__":
    run(main)
