# What the other files share: the study, its lists of names, specs, and how a job is started.
import json
import re
import shlex
import sys
from functools import cache
from pathlib import Path

from snakemake.settings.types import DeploymentMethod

sys.path.insert(0, str(Path(workflow.basedir) / "workflow_scripts"))

from wideband.config import load_study
from wideband.config.parameters import parameters
from wideband.errors import WidebandError
from wideband.numbers import required_tables
from wideband.provenance.fingerprint import fingerprint
from wideband.provenance.specs import environment_digest, write_spec
from wideband.report import required_files

try:
    STUDY = load_study(config["study"])
except WidebandError as error:
    raise WorkflowError(str(error)) from None

R = f"results/{STUDY.name}"
SCRIPTS = Path(workflow.basedir) / "workflow_scripts"
# The driver's own Python, except where Snakemake puts each job into a conda environment.
CONDA = DeploymentMethod.CONDA in workflow.deployment_settings.deployment_method
PYTHON = "python" if CONDA else shlex.quote(sys.executable)
POOL = STUDY.band.pool
HELDOUT = STUDY.band.heldout.slice
BAND_STAGE = STUDY.band_stage()
TRAINED = STUDY.trained()
IMPORTED_SLICES = STUDY.imported_slices()
# (arm, checkpoint, benchmark) of every evaluation, and the hill-climbing curve's own.
EVALUATIONS = STUDY.evaluations()
CURVE = [
    (arm, checkpoint, HELDOUT)
    for arm in TRAINED
    for stage, body in STUDY.stages.items()
    if body.hill_climb
    for checkpoint in STUDY.step_checkpoints(stage)
]
# Evaluations whose completions are there, for diversity, and those with token counts, for cost.
WRITTEN = STUDY.evaluations("rollouts")
COSTED = STUDY.evaluations("cost")

ROLLOUTS = f"{R}/arms/{{arm}}/{{checkpoint}}/rollouts/{{slice}}.parquet"
VERDICTS = f"{R}/arms/{{arm}}/{{checkpoint}}/verdicts/{{slice}}.parquet"
EMBEDDINGS = f"{R}/arms/{{arm}}/{{checkpoint}}/embeddings/{{slice}}.parquet"
METRICS = f"{R}/metrics/{{metric}}/{{arm}}/{{checkpoint}}/{{slice}}.parquet"

# What the band is measured on: the very checkpoint that its stage starts from. Whoever publishes a band may have
# measured it on another one.
POOLED = [(arm, checkpoint, POOL) for arm, checkpoint in STUDY.bands().items()]


def cells(triples):
    """(arm, checkpoint, slice) as wildcards."""
    return [{"arm": arm, "checkpoint": checkpoint, "slice": name} for arm, checkpoint, name in triples]


ARMS = [{"arm": arm} for arm in TRAINED]
SAMPLED = cells(cell for cell in EVALUATIONS + CURVE + POOLED if not STUDY.imported(cell[0]))
# Imported completions without verdicts of their own are graded here.
UNGRADED = STUDY.ungraded()


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


def base_of(wildcards):
    """The folder of the base model that an arm stands on."""
    return f"{R}/models/{STUDY.base_of(wildcards.arm).name}"


def adapter_of(arm, checkpoint):
    """The adapter of a checkpoint; none for the untrained base."""
    if checkpoint == "base" and STUDY.arms[arm].start_from is None:
        return []
    return f"{R}/arms/{arm}/{checkpoint}/adapter"


def training_slice(stage):
    """The slice a stage trains on: its own, or the arm's split of the variance band."""
    return STUDY.stages[stage].slice or "{arm}_band_train"


def spec(rule_name, key="study", over=({},), **fixed):
    """Path of a rule's specs, after writing those of all its jobs where their content changed.

    Written here, before the DAG is built: Snakemake lists a folder once and would miss what comes later.
    `over` holds the wildcards of the rule's jobs.
    """
    pattern = f"{R}/specs/{rule_name}/{key}.json"
    for wildcards in over if workflow.is_main_process else ():
        named = wildcards | fixed
        write_spec(
            Path(pattern.format(**named)),
            **{"rule": rule_name},
            wildcards=named,
            params=parameters(rule_name, STUDY, named),
            fingerprint=_fingerprint(rule_name),
            lock_digest=_environment(),
            study=STUDY.name,
        )
    return pattern


@cache
def _environment():
    return environment_digest(Path(workflow.basedir) / "envs")


@cache
def _fingerprint(rule_name):
    return fingerprint(SCRIPTS / f"{rule_name}.py", SCRIPTS)


def io(wildcards, input, output, threads):
    """A job's named paths and its threads, as the one argument of its script."""
    named = {"input": dict(input.items()), "output": dict(output.items()), "threads": threads}
    return shlex.quote(json.dumps(named, default=list))


def job(script):
    """The shell command of a rule: its thin script, with what it says kept in the rule's log."""
    return f"{PYTHON} {shlex.quote(str(SCRIPTS / script))}.py {{params.io}} 2>&1 | tee {{log}}"
