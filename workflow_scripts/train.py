"""One stage of training for one arm, by its method."""

import os
from functools import partial
from pathlib import Path

import torch
from transformers import TrainerCallback

from wideband.config.evaluation import Grading
from wideband.config.methods import METHODS
from wideband.config.policy import Lora
from wideband.config.trackers import check_installed
from wideband.config.training import Trainer
from wideband.policy.base import load_tokenizer
from wideband.policy.load import adapted_tensors, trainable_policy
from wideband.provenance.job import Job, run
from wideband.sampling.context import context_of
from wideband.sampling.prompts import prompts, renderer
from wideband.scaffolds import get
from wideband.tables import read_table, write_table
from wideband.tables.timeless import timeless
from wideband.training import methods
from wideband.training.log import eval_log, training_log
from wideband.training.memory import keep_freed_memory
from wideband.training.publish import copy_adapter, save_adapter
from wideband.training.state import first_process, leave, processes

# Below a study's results; what is in it is no output, and no result depends on it.
TRACKERS = "logs/trackers"


def main(job: Job) -> None:
    """Train from the checkpoint before, publish the adapter, its step checkpoints and the log."""
    check_installed(job.report_to)
    torch.set_num_threads(job.threads)
    keep_freed_memory()
    if torch.cuda.is_available():
        torch.cuda.set_device(int(os.environ.get("LOCAL_RANK", 0)))
    params, scaffold = job.params, get(job.params["scaffold"])
    method, trainer = params["stage"]["method"], Trainer.model_validate(params["trainer"])
    stage = METHODS[method].model_validate(params["stage"])
    base, before = Path(job.input.model), Path(job.input.adapter) if job.input.adapter else None
    problems = read_table(job.input.problems, "problems")
    lora = Lora.model_validate(params["lora"]) if params["lora"] else None
    policy = partial(trainable_policy, base, before, lora, trainer.dtype, stage.seed)
    tokenizer = load_tokenizer(base)
    render = renderer(scaffold, params["template"], tokenizer)
    grading = Grading.model_validate(params["grading"])
    retained = [
        prompt for path in job.input.retained for prompt in prompts(read_table(path, "problems"), render)
    ]
    held_out = [read_table(path, "problems") for path in job.input.held_out]
    inputs = methods.TrainingInputs(
        stage,
        trainer,
        policy,
        tokenizer,
        context_of(base),
        problems,
        scaffold,
        render,
        grading,
        job.state,
        retained,
        held_out[0] if held_out else None,
        _trackers(job),
    )
    done = methods.load(method).train(inputs)
    save_adapter(done, Path(job.output.adapter))
    if first_process():
        tokens = _publish(job, done)
        job.note(adapted_tensors=adapted_tensors(done.model), completion_tokens=tokens, processes=processes())
        job.drop_state()
    leave()


def _trackers(job: Job) -> list[TrainerCallback]:
    if not job.report_to:
        return []
    from wideband.training.trackers import Followed, trackers

    stage = f"{job.wildcards['arm']}.{job.wildcards['stage']}"
    return trackers(job.report_to, Followed(job.study, stage, job.spec.digest[:16]), job.root / TRACKERS)


def _publish(job: Job, done: object) -> int:
    for folder in job.output.steps:
        step = Path(folder).parent.name.split("@")[1]
        copy_adapter(job.state / "published" / step, Path(folder))
    table = training_log(done.state.log_history, job.wildcards["arm"], job.wildcards["stage"])
    write_table(table, job.output.training_log, "training_log")
    log = Path(job.output.training_log)
    for path in job.output.eval_log:
        name = job.params["stage"]["eval"]["slice"]
        found = eval_log(done.state.log_history, job.wildcards["arm"], job.wildcards["stage"], name)
        write_table(found, path, "eval_log")
    job.note(timeless={log.relative_to(job.root).as_posix(): timeless(read_table(log, "training_log"))})
    return int(table["tokens"].sum())


if __name__ == "__main__":
    run(main)
