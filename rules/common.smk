# What the other files share: the study, its lists of names, specs, and how a job is started. On a cluster every job
# starts with reading these files: imports that only some of them need stand where they are needed.
import json
import re
import shlex
import sys
from pathlib import Path

from snakemake.settings.types import DeploymentMethod

sys.path.insert(0, str(Path(workflow.basedir) / "workflow_scripts"))

from wideband.cli.workflow_config import check_keys
from wideband.config import load_study
from wideband.config.checks_endpoints import judge_terms, terms
from wideband.config.parameters import parameters
from wideband.config.parameters_asking import prompted_slices
from wideband.errors import WidebandError
from wideband.workflow import layout
from wideband.workflow.cells import Cells
from wideband.workflow.layout import results_folder

# Snakemake takes braces in this path for something to fill in.
if set(str(workflow.basedir)) & set("{}"):
    raise WorkflowError(f"{workflow.basedir}: braces in the path of the project's folder; rename the folder")

# Commands of wideband that are rules (answers.smk), with their titles.
ANSWERS = {
    "audit": "audit of every number",
    "claims": "published claims held against the numbers",
    "explain": "which jobs would run, and why",
    "prefetch": "what the jobs read from the Hugging Face hub",
    "rocrate": "RO-Crate of the results",
}

try:
    check_keys(config, ANSWERS)
    STUDY = load_study(config["study"])
    R = str(results_folder(STUDY.name))
except WidebandError as error:
    raise WorkflowError(str(error)) from None

SCRIPTS = Path(workflow.basedir) / "workflow_scripts"
# The driver's own Python, except where Snakemake puts each job into a conda environment.
CONDA = DeploymentMethod.CONDA in workflow.deployment_settings.deployment_method
PYTHON = "python" if CONDA else sys.executable
POOL = STUDY.band.pool
HELDOUT = STUDY.band.heldout.slice
BAND_STAGE = STUDY.band_stage()
CELLS = Cells(STUDY)
TRAINED = CELLS.trained
SAMPLED_ARMS = CELLS.own
# Slices whose problems come out of imported files, and evaluations with completions and with token counts.
IMPORTED_SLICES = STUDY.imported_slices()
WRITTEN, COSTED, SOLVED = (CELLS.having(table) for table in ("rollouts", "cost", "passk"))
TEXTS, ENTAILED = CELLS.having("texts"), CELLS.having("entailment")
CURVE, POOLED = CELLS.curve, CELLS.pooled
MEASURED = CELLS.measured
# Checks of problems that are sampled; imported ones come without texts.
CHECKED = [*STUDY.data.slices, *([HELDOUT] if STUDY.has_pool() else [])] if SAMPLED_ARMS else []
CHECKS = [f"{R}/{layout.GOLDS}".format(slice=name) for name in CHECKED]
CHECKS += [f"{R}/{layout.LEAKAGE}", f"{R}/{layout.LENGTHS}"] if SAMPLED_ARMS else []
ROLLOUTS, VERDICTS, EMBEDDINGS, METRICS, BAND = (
    f"{R}/{pattern}"
    for pattern in (layout.ROLLOUTS, layout.VERDICTS, layout.EMBEDDINGS, layout.METRICS, layout.BAND)
)
# Specs of the jobs that will run, which the driver finds out (driver.smk).
WAITING = frozenset()


wildcard_constraints:
    arm="|".join(STUDY.arms),
    stage="|".join(STUDY.stages),
    checkpoint=r"[A-Za-z0-9_]+(@\d+)?",
    slice=r"[A-Za-z0-9_-]+",


def each(pattern, triples):
    """One path per (arm, checkpoint, slice)."""
    return [pattern.format(arm=a, checkpoint=c, slice=s) for a, c, s in triples]


def metric_tables(metric, triples):
    """The per-problem tables of one metric."""
    return each(METRICS.replace("{metric}", metric), triples)


def model_of(wildcards):
    """The folder of the model that a checkpoint of an arm is, or that its adapter is for."""
    return f"{R}/{layout.model_of(STUDY, wildcards.arm, wildcards.checkpoint)}"


def adapter_of(arm, checkpoint):
    """The adapter of a checkpoint in an arm's lineage; none for an untrained base and for a published model."""
    return f"{R}/{layout.adapter_of(STUDY, arm, checkpoint)}" if STUDY.adapted(arm, checkpoint) else []


def carried_adapter(arm, stage):
    """The adapter that a stage of an arm goes on with; none where it trains a new one."""
    before = STUDY.carried(arm, stage)
    return adapter_of(arm, before) if before else []


def training_slice(stage):
    """The slice a stage trains on: its own, or the arm's split of the variance band."""
    return STUDY.stages[stage].slice or "{arm}_band_train"


def retained_slices(stage):
    """The slice whose answers a stage retains; empty where it retains none."""
    retain = getattr(STUDY.stages[stage], "retain", None)
    return [retain.slice] if retain else []


def held_out_slices(stage):
    """The slice that a stage is evaluated on while it trains; empty where there is none."""
    evaluated = getattr(STUDY.stages[stage], "eval", None)
    return [evaluated.slice] if evaluated else []


def spec(rule_name, key="study"):
    """Path of a rule's specs; `prepare` has written them, before the DAG is built."""
    return f"{R}/specs/{rule_name}/{key}.json"


def gate(rule_name, key, path):
    """A check that must have passed before a job runs, and whose content no result depends on (freshness.GATES).

    It is no input of a job that stands, so that a check made again makes nothing stale. (`ancient` would hide
    from Snakemake whatever else is stale behind it.)
    """

    def wanted(wildcards):
        spec_path = f"specs/{rule_name}/{key}.json".format(**wildcards)
        return path.format(**wildcards) if spec_path in WAITING else []

    return wanted


def tables_of_numbers(wildcards):
    """Every table that a number is made of."""
    from wideband.numbers import required_tables

    return [f"{R}/{path}" for path in required_tables(STUDY)]


def tables_of_site(wildcards):
    """Every file that the site shows something of."""
    from wideband.report import required_files

    return [f"{R}/{path}" for path in required_files(STUDY)]


def io(wildcards, input, output, threads, resources):
    """A job's named paths and its threads, as the one argument of its script, in JSON."""
    return argument(input, output, threads, resources)


def argument(input, output, threads, resources, **more):
    """As `io`, with what only some scripts are told."""
    named = {"input": dict(input.items()), "output": dict(output.items()), "threads": threads}
    attempt = {"attempt": resources.attempt} if "attempt" in resources.keys() else {}
    return json.dumps(named | attempt | more, default=list)


def words(*given):
    """Words of a shell command, each quoted, and with braces that Snakemake does not fill in.

    The one quoting of what is known when the rules are read; what Snakemake fills in has the format `:q`.
    """
    return shlex.join(map(str, given)).replace("{", "{{").replace("}", "}}")


def job(script):
    """The shell command of a rule: its thin script, with what it says kept in the rule's log.

    On this machine the driver says how far jobs are, and only the end of a failed one's log is shown: it is not
    read from the file, which a full disk may have cut. A cluster's job says all in its own log, too.
    """
    start = words(PYTHON, "-IS", SCRIPTS / "start_job.py", SCRIPTS / f"{script}.py")
    logged = f"{start} {{params.io:q}} 2>&1 | tee {{log:q}}"
    if not workflow.is_main_process:
        return logged
    return f'said=$({logged} | tail -n 30) || {{{{ status=$?; echo "$said" >&2; exit $status; }}}}'


def command():
    """The shell command of a rule that is a command of `wideband` on this very code, told by `params`."""
    start = words("env", f"PYTHONPATH={SCRIPTS}", PYTHON, "-m", "wideband.cli")
    return f"{start} {{params.answer:q}} {{params.options:q}} 2>&1 | tee {{log:q}}"


def options(name):
    """What a command of `wideband` is told: this study, and what --config says to it.

    As in `snakemake audit --config audit_level=4 audit_paranoid=true`.
    """
    given = {
        key.removeprefix(f"{name}_"): value for key, value in config.items() if key.startswith(f"{name}_")
    }
    told = [
        f"--{key}" if str(value).lower() == "true" else f"--{key}={value}" for key, value in given.items()
    ]
    return ["--study", STUDY.name, *told]
