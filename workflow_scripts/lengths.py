"""Every prompt of the study must leave room for its completion, before anything is trained or sampled."""

import json
from functools import partial
from pathlib import Path

from wideband import tasks
from wideband.policy.base import load_tokenizer
from wideband.provenance.atomic import write_text
from wideband.provenance.job import Job, run
from wideband.sampling.context import ContextError, context_of
from wideband.sampling.lengths import longest_prompts, without_room
from wideband.sampling.prompts import renderer
from wideband.scaffolds import get
from wideband.spaces.of_items import check_answers, check_written
from wideband.tables import read_table


def main(job: Job) -> None:
    """Measure the longest prompt of every arm on every slice; fail naming the keys that leave no room.

    Answers whose log-probabilities are to be computed must be different tokens, fit, and be what these say.
    """
    problems = {Path(path).stem: read_table(path, "problems") for path in job.input.problems}
    bases = {Path(path).name: Path(path) for path in job.input.models}
    longest, found = {}, []
    every = [
        (arm, asked, name)
        for arm, asked in job.params["arms"].items()
        for name in (asked["base"], *asked.get("models", ()))
    ]
    for arm, asked, model in every:
        tokenizer = load_tokenizer(bases[model])
        scaffold, context = get(asked["scaffold"]), context_of(bases[model])
        render = renderer(scaffold, asked["template"], tokenizer)
        wanted = {name: problems[name] for name, _ in asked["limits"].values()}
        prompts = longest_prompts(wanted, render, tokenizer)
        longest.setdefault(arm, {})[model] = prompts
        found += without_room(arm, model, context, asked["limits"], prompts)
        encode = partial(tokenizer.encode, add_special_tokens=False)
        for name in job.params.get("answers", {}) if scaffold.direct else ():
            if name in prompts:
                check_answers(problems[name], encode, context - prompts[name].tokens)
                if "passage" not in tasks.load(job.params["answers"][name]).GIVES:
                    check_written(problems[name], encode, tokenizer.decode)
    if found:
        raise ContextError("\n".join(found))
    tokens = {
        arm: {
            model: {name: items.tokens for name, items in slices.items()} for model, slices in models.items()
        }
        for arm, models in longest.items()
    }
    write_text(job.output.lengths, json.dumps({"longest_prompt_tokens": tokens}, indent=2) + "\n")


if __name__ == "__main__":
    run(main)
