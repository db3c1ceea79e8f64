"""Rollouts of one slice under one policy."""

from pathlib import Path

from wideband.config.policy import Sampling
from wideband.policy.base import load_tokenizer
from wideband.provenance.job import Job, run
from wideband.sampling.kept import Kept
from wideband.sampling.open import open_engine
from wideband.sampling.prompts import renderer
from wideband.sampling.requests import Settings
from wideband.sampling.rollouts import sample_rollouts
from wideband.scaffolds import get
from wideband.tables import read_table, write_table


def main(job: Job) -> None:
    """Sample and write the rollouts."""
    params, scaffold, base = job.params, get(job.params["scaffold"]), Path(job.input.model)
    adapter = Path(job.input.adapter) if job.input.adapter else None
    labels = {name: job.wildcards[name] for name in ("arm", "checkpoint", "slice")}
    problems, tokenizer = read_table(job.input.problems, "problems"), load_tokenizer(base)
    sampling, kept = Sampling.model_validate(params["sampling"]), Kept(job.state)
    with open_engine(sampling, base, adapter, tokenizer, job.threads, job.workers, kept) as engine:
        rollouts = sample_rollouts(
            engine,
            problems,
            renderer(scaffold, params["template"], tokenizer),
            Settings(params["temperature"], params["max_tokens"], scaffold.stop),
            params["n"],
            params["seed"],
            labels,
        )
    write_table(rollouts, job.output.rollouts, "rollouts")
    tokens = {name: int(rollouts[f"{name}_tokens"].sum()) for name in ("prompt", "completion")}
    job.note(rollouts=len(rollouts), **{f"{name}_tokens": count for name, count in tokens.items()})
    if kept.rollouts:
        job.note(resumed_rollouts=kept.rollouts)
    job.drop_state()


if __name__ == "__main__":
    run(main)
