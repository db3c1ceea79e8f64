"""Per-item metrics of the answers of every evaluation that has answer spaces: exact laws, sampled counts."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from wideband.metrics.answers import answers_table
from wideband.provenance.job import Job, run
from wideband.tables import read_table, write_table


def main(job: Job) -> None:
    """One table of metrics per evaluation."""
    problems = {path.stem: read_table(path, "problems") for path in job.input.problems}
    exact, verdicts = _by_cell(job.input.loglikelihoods), _by_cell(job.input.verdicts)
    for path in job.output.tables:
        arm, checkpoint, name = cell = _cell(path)
        table = answers_table(
            {"arm": arm, "checkpoint": checkpoint, "slice": name},
            problems[name],
            _read(exact.get(cell), "loglikelihoods"),
            _read(verdicts.get(cell), "verdicts"),
            job.params["metrics"][".".join(cell)],
        )
        write_table(table, path, "metrics")


def _cell(path: Path) -> tuple[str, str, str]:
    """Arm, checkpoint and slice of a table of metrics."""
    return path.parts[-3], path.parts[-2], path.stem


def _by_cell(paths: Sequence[Path]) -> dict[tuple[str, str, str], Path]:
    """Tables of arms by arm, checkpoint and slice."""
    return {(path.parts[-4], path.parts[-3], path.stem): path for path in paths}


def _read(path: Path | None, table: str) -> pd.DataFrame | None:
    return read_table(path, table) if path else None


if __name__ == "__main__":
    run(main)
