"""Entailment between outputs of the same prompt, and between first outputs of different prompts."""

from wideband.config.evaluation import Entailment
from wideband.entailment import between, entailment_table, load
from wideband.metrics.diversity import bodies
from wideband.provenance.job import Job, run
from wideband.tables import read_table, write_table


def main(job: Job) -> None:
    """Judge the pairs of one checkpoint, slice by slice, all counted before the first is judged."""
    settings = Entailment.model_validate(job.params["entailment"])
    tables = [read_table(path, "rollouts") for path in job.input.rollouts]
    asked = [between(table, bodies(table, job.params["scaffold"]), settings) for table in tables]
    job.note(entailment_pairs=sum(len(request.texts) for request in asked))
    judge = load(settings.model, settings.revision)
    for table, pairs, path in zip(tables, asked, job.output.entailment, strict=True):
        write_table(entailment_table(table, pairs, judge), path, "entailment")


if __name__ == "__main__":
    run(main)
