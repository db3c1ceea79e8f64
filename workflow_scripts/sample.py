"""Rollouts of one slice under one policy."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from wideband.config.policy import Sampling
from wideband.policy.base import load_tokenizer
from wideband.policy.endpoint import endpoint_of
from wideband.provenance.job import Job, run
from wideband.sampling.endpoint_prompts import render as asked_there
from wideband.sampling.open import open_engine
from wideband.sampling.partial_completions import PartialCompletions
from wideband.sampling.prompts import Render, renderer
from wideband.sampling.requests import Engine, Settings
from wideband.sampling.rollouts import sample_rollouts
from wideband.scaffolds import Scaffold, get
from wideband.tables import read_table, write_table


def main(job: Job) -> None:
    """Sample and write the rollouts."""
    params, scaffold = job.params, get(job.params["scaffold"])
    partial = PartialCompletions(job.state, paid=job.endpoint is not None)
    labels = {name: job.wildcards[name] for name in ("arm", "checkpoint", "slice")}
    problems = read_table(job.input.problems, "problems")
    with _opened(job, scaffold, partial) as (engine, render):
        rollouts = sample_rollouts(
            engine,
            problems,
            render,
            Settings(params["temperature"], params["max_tokens"], scaffold.stop),
            params["n"],
            params["seed"],
            labels,
        )
    write_table(rollouts, job.output.rollouts, "rollouts")
    tokens = {name: int(rollouts[f"{name}_tokens"].sum()) for name in ("prompt", "completion")}
    job.note(rollouts=len(rollouts), **{f"{name}_tokens": count for name, count in tokens.items()})
    if partial.rollouts:
        job.note(resumed_rollouts=partial.rollouts)
    job.drop_state()


@contextmanager
def _opened(job: Job, scaffold: Scaffold, partial: PartialCompletions) -> Iterator[tuple[Engine, Render]]:
    """The engine for the job's policy, and how it is asked."""
    params, base = job.params, Path(job.input.model)
    adapter = Path(job.input.adapter) if job.input.adapter else None
    if endpoint := endpoint_of(base):
        from wideband.sampling.openai_engine import OpenAIEngine, Terms

        terms, spending = Terms(**job.endpoint), job.root / "provenance" / "spending.jsonl"
        yield (
            OpenAIEngine(endpoint, terms, spending, partial),
            asked_there(endpoint, scaffold, params["template"]),
        )
        return
    tokenizer, sampling = load_tokenizer(base), Sampling.model_validate(params["sampling"])
    with open_engine(sampling, base, adapter, tokenizer, job.threads, job.workers, partial) as engine:
        yield engine, renderer(scaffold, params["template"], tokenizer)


if __name__ == "__main__":
    run(main)
