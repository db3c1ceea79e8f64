"""Exact log-probabilities of every answer that the items of a slice may have, under one policy."""

from pathlib import Path

import torch

from wideband.config.policy import Sampling
from wideband.likelihood.items import item_laws, kept_laws, questions
from wideband.likelihood.open import open_laws
from wideband.likelihood.tables import loglikelihoods, next_tokens
from wideband.policy.base import load_tokenizer
from wideband.provenance.job import Job, run
from wideband.sampling.prompts import prompts, renderer
from wideband.scaffolds import get
from wideband.tables import read_table, write_table


def main(job: Job) -> None:
    """Compute and write both tables."""
    torch.set_num_threads(job.threads)
    params, scaffold, base = job.params, get(job.params["scaffold"]), Path(job.input.model)
    adapter = Path(job.input.adapter) if job.input.adapter else None
    labels = {name: job.wildcards[name] for name in ("arm", "checkpoint", "slice")}
    problems, tokenizer = read_table(job.input.problems, "problems"), load_tokenizer(base)
    render = renderer(scaffold, params["template"], tokenizer)
    asked = questions(problems, prompts(problems, render))
    served = Sampling.model_validate(params["sampling"]) if "sampling" in params else None
    with open_laws(served, base, adapter, tokenizer) as laws:
        found = item_laws(laws, asked, params["temperature"], kept_laws(job.state))
    uids = list(problems["uid"])
    write_table(loglikelihoods(labels, uids, asked, found), job.output.loglikelihoods, "loglikelihoods")
    write_table(next_tokens(labels, uids, found, tokenizer), job.output.next_tokens, "next_tokens")
    job.note(items=len(found), answers=sum(len(law.logprobs) for law in found))
    job.drop_state()


if __name__ == "__main__":
    run(main)
