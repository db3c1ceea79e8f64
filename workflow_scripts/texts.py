"""Measures of the texts of every evaluation, from stored rollouts and embeddings."""

from functools import partial
from pathlib import Path
from typing import Any

from wideband.config.evaluation import Texts
from wideband.metrics.diversity import bodies, usable
from wideband.metrics.texts import texts_table
from wideband.provenance.job import Job, run
from wideband.provenance.processes import mapped
from wideband.tables import read_table, write_table


def main(job: Job) -> None:
    """One table of metrics per evaluation."""
    settings, params = Texts.model_validate(job.params["texts"]), job.params
    bases = {Path(path).name: Path(path) for path in job.input.models}
    tables = (job.input.rollouts, job.input.verdicts, job.input.embeddings, job.output.tables)
    mapped(partial(_evaluation, settings, params, bases), zip(*tables, strict=True), job.threads)


def _evaluation(
    settings: Texts, params: dict[str, Any], bases: dict[str, Path], paths: tuple[Path, ...]
) -> None:
    *sources, table = paths
    rollouts, verdicts, embeddings = map(read_table, sources, ("rollouts", "verdicts", "embeddings"))
    arm = rollouts["arm"].iloc[0]
    rows = usable(rollouts, verdicts, embeddings, bodies(rollouts, params["scaffolds"][arm]))
    base = bases.get(params["bases"].get(arm))
    write_table(texts_table(rows, rollouts, params["tokens"][arm], settings, base), table, "metrics")


if __name__ == "__main__":
    run(main)
