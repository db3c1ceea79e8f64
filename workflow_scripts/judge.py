"""A judge asked about a checkpoint's answers beside those of its base, slice by slice."""

from wideband.config.evaluation import Judge
from wideband.judging import between, judgements
from wideband.metrics.diversity import bodies
from wideband.policy.endpoint import Endpoint
from wideband.provenance.job import Job, run
from wideband.sampling.openai_engine import OpenAIEngine, Terms
from wideband.sampling.partial_completions import PartialCompletions
from wideband.tables import read_table, write_table


def main(job: Job) -> None:
    """Ask about one checkpoint; all questions are counted before the first is asked."""
    cfg, scaffolds = Judge.model_validate(job.params["judge"]), job.params["scaffolds"]
    problems = [read_table(path, "problems") for path in job.input.problems]
    mine, base = (
        [
            (table, bodies(table, scaffolds[side]))
            for table in (read_table(path, "rollouts") for path in paths)
        ]
        for side, paths in (("mine", job.input.rollouts), ("base", job.input.base))
    )
    asked = [between(*group, cfg) for group in zip(problems, mine, base, strict=True)]
    job.note(judge_requests=sum(len(comparison.requests) for comparison in asked))
    partial = PartialCompletions(job.state, paid=True)
    spending = job.root / "provenance" / "spending.jsonl"
    engine = OpenAIEngine(Endpoint(cfg.url, cfg.model, "chat"), Terms(**job.endpoint), spending, partial)
    tables = [
        judgements(rollouts, pairs, engine, cfg) for (rollouts, _), pairs in zip(mine, asked, strict=True)
    ]
    for table, path in zip(tables, job.output.judgements, strict=True):
        write_table(table, path, "judgements")
    job.drop_state()


if __name__ == "__main__":
    run(main)
