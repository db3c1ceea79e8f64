# What the other files share: the study, its lists of names, specs, and how a job is started.
import json
import re
import shlex
import sys
from pathlib import Path

from snakemake.settings.types import DeploymentMethod

sys.path.insert(0, str(Path(workflow.basedir) / "workflow_scripts"))

from wideband.cluster.accounting import accounted
from wideband.cluster.board import show
from wideband.cluster.orphans import follow
from wideband.config import load_study
from wideband.config.parameters import parameters
from wideband.errors import WidebandError
from wideband.numbers import required_tables
from wideband.provenance.driver_runs import note_run
from wideband.provenance.environment import process_started
from wideband.provenance.job import explained
from wideband.provenance.ledger import seal
from wideband.provenance.times import job_times, spent
from wideband.report import required_files
from wideband.report.beside import write_ledger_script, write_times_script
from wideband.report.slurm_jobs import slurm_jobs
from wideband.workflow import layout
from wideband.workflow.cells import Cells
from wideband.workflow.driver import hold
from wideband.workflow.jobs import jobs
from wideband.workflow.preload import offer, worth
from wideband.workflow.settle import Standing, prepare
from wideband.workflow.why import changes

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
CELLS = Cells(STUDY)
TRAINED = CELLS.trained
SAMPLED_ARMS = CELLS.own
# Slices whose problems come out of imported files, and evaluations with completions and with token counts.
IMPORTED_SLICES = STUDY.imported_slices()
WRITTEN, COSTED = CELLS.having("rollouts"), CELLS.having("cost")
EVALUATIONS, CURVE, POOLED = CELLS.evaluations, CELLS.curve, CELLS.pooled
# Checks of problems that are sampled; imported ones come without texts.
CHECKED = [*STUDY.data.slices, HELDOUT] if SAMPLED_ARMS else []
CHECKS = [f"{R}/{layout.GOLDS}".format(slice=name) for name in CHECKED]
CHECKS += [f"{R}/{layout.LEAKAGE}"] if SAMPLED_ARMS else []
ROLLOUTS, VERDICTS, EMBEDDINGS, METRICS, BAND = (
    f"{R}/{pattern}"
    for pattern in (layout.ROLLOUTS, layout.VERDICTS, layout.EMBEDDINGS, layout.METRICS, layout.BAND)
)

try:
    # A job's own snakemake, on a cluster, runs what the driver has decided.
    main = workflow.is_main_process
    STANDING = prepare(jobs(STUDY, Path(workflow.basedir)), Path(R)) if main else Standing()
except (WidebandError, OSError) as error:
    raise WorkflowError(explained(error) or repr(error)) from None


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
        return path.format(**wildcards) if spec_path in STANDING.waiting else []

    return wanted


def start_driver():
    """Before the first job: nobody else runs this study, and Snakemake decides by what `prepare` has set."""
    if set(map(str, workflow.rerun_triggers)) != {"mtime"}:
        raise WorkflowError(
            "profiles/default is not in use; run snakemake in the project's folder, without -s"
        )
    # Under SLURM all jobs of a run bear its name.
    run = getattr(workflow.scheduler._executor, "run_uuid", None)
    try:
        hold(Path(R))
        note_run(Path(R), process_started())
        sealed()
        ended = follow(Path(R), run)
    except (WidebandError, OSError) as error:
        raise WorkflowError(explained(error) or repr(error)) from None
    if ended:
        print(f"ended jobs that a killed run left: {', '.join(ended)}", file=sys.stderr)
    if run:
        show(run, Path(workflow.executor_settings.logdir or ".snakemake/slurm_logs"))
    elif not CONDA and worth(STANDING.waiting):
        offer(Path(".snakemake") / f"preload.{STUDY.name}.log")
    for line in changes(STANDING.stale):
        print(f"changed: {line}", file=sys.stderr)


def sealed():
    """Seal what has run, and tell the site the ledger's head and where the time went."""
    write_ledger_script(Path(R), seal(R))
    done = job_times(Path(R))
    write_times_script(Path(R), spent(done), slurm_jobs(done, accounted(Path(R), done)))


def end_driver():
    """After the last job: seal what ran. What cannot be sealed now is sealed when snakemake next starts."""
    try:
        sealed()
    except (WidebandError, OSError) as error:
        print(f"error: {explained(error) or error}", file=sys.stderr)


def io(wildcards, input, output, threads, resources):
    """A job's named paths and its threads, as the one argument of its script."""
    return argument(input, output, threads, resources)


def argument(input, output, threads, resources, **more):
    """As `io`, with what only some scripts are told."""
    named = {"input": dict(input.items()), "output": dict(output.items()), "threads": threads}
    attempt = {"attempt": resources.attempt} if "attempt" in resources.keys() else {}
    return shlex.quote(json.dumps(named | attempt | more, default=list))


def job(script):
    """The shell command of a rule: its thin script, with what it says kept in the rule's log."""
    start, script = (shlex.quote(str(SCRIPTS / f"{name}.py")) for name in ("start_job", script))
    return f"{PYTHON} -IS {start} {script} {{params.io}} 2>&1 | tee {{log}}"


def command(name):
    """The shell command of a rule that is a command of `wideband`, on this very study and code.

    Its options come from --config: `snakemake audit --config audit_level=4 audit_paranoid=true`.
    """
    given = {
        key.removeprefix(f"{name}_"): value for key, value in config.items() if key.startswith(f"{name}_")
    }
    options = [f"--{key}" if value is True else f"--{key}={value}" for key, value in given.items()]
    called = f"{PYTHON} -m wideband.cli {name} {shlex.join(['--study', STUDY.name, *options])}"
    return f"PYTHONPATH={shlex.quote(str(SCRIPTS))} {called} 2>&1 | tee {{log}}"
