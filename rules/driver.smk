# What only the driver does: it finds what is stale, holds the study while jobs run, and seals what ran. A job's own
# snakemake, on a cluster, runs what the driver has decided and does without these imports.
from snakemake.logging import logger

from wideband.cluster.accounting import accounted
from wideband.cluster.queue import end_earlier, show
from wideband.cluster.slurm import check_commands
from wideband.config.trackers import check_installed
from wideband.numbers.claims import read_files
from wideband.provenance.driver import hold, note_run
from wideband.provenance.environment import process_started
from wideband.provenance.job import explained
from wideband.provenance.ledger import seal, unsealed
from wideband.provenance.parse_cache import cached_parsing
from wideband.provenance.times import job_times, spent
from wideband.report.book import Book
from wideband.report.inputs import NUMBERS
from wideband.report.page_data import write_ledger, write_times
from wideband.report.sentences import spoken
from wideband.report.slurm_jobs import slurm_jobs
from wideband.workflow.console import install
from wideband.workflow.freshness import changes
from wideband.workflow.jobs import jobs
from wideband.workflow.preload import offer, worth
from wideband.workflow.modification_times import prepare

# A dry run says all that Snakemake says.
CONSOLE = None if workflow.output_settings.dryrun else install(logger, Path(R))

try:
    read_files(STUDY.name, Path(workflow.basedir))
    with cached_parsing() as read:
        PLANNED = jobs(STUDY, Path(workflow.basedir), read)
    STANDING = prepare(PLANNED, Path(R))
    if not CONDA and any(path.startswith("specs/train/") for path in STANDING.waiting):
        check_installed(STUDY.trainer.report_to)
except (WidebandError, OSError) as error:
    raise WorkflowError(explained(error) or repr(error)) from None

WAITING = STANDING.waiting


def sealed():
    """Seal what has run, and tell the site the ledger's head and where the time went."""
    write_ledger(Path(R), seal(R))
    done = job_times(Path(R))
    write_times(Path(R), spent(done), slurm_jobs(done, accounted(Path(R), done)))


if not WAITING and unsealed(R):
    # A crash came between the last job and its sealing: with nothing left to run, no run would begin.
    sealed()


onstart:
    start_driver()


onsuccess:
    end_driver()
    print_findings()
    print(f"Report: {Path(R).absolute()}/report/index.html")


onerror:
    end_driver()


def start_driver():
    """Before the first job: nobody else runs this study, and Snakemake decides by what `prepare` has set."""
    if set(map(str, workflow.rerun_triggers)) != {"mtime"}:
        raise WorkflowError(
            "profiles/default is not in use; run snakemake in the project's folder, without -s"
        )
    # Under SLURM all jobs of a run bear its name.
    run = getattr(workflow.scheduler._executor, "run_uuid", None)
    try:
        if run:
            check_commands()
        hold(Path(R))
        note_run(Path(R), process_started())
        sealed()
        ended = end_earlier(Path(R), run)
    except (WidebandError, OSError) as error:
        raise WorkflowError(explained(error) or repr(error)) from None
    if ended:
        print(f"ended jobs that a killed run left: {', '.join(ended)}", file=sys.stderr)
    if run:
        show(run, Path(workflow.executor_settings.logdir or ".snakemake/slurm_logs"))
    elif not CONDA and worth(STANDING.waiting):
        offer(Path(".snakemake") / f"preload.{STUDY.name}.log")
    if CONSOLE and not run:
        CONSOLE.follow()
    for line in changes(STANDING.stale):
        print(f"changed: {line}", file=sys.stderr)


def print_findings():
    """The strongest findings, where the run got as far as the numbers; a broken file is the audit's to name."""
    try:
        if (Path(R) / NUMBERS).is_file():
            for sentence in spoken(STUDY, Book.read(Path(R) / NUMBERS), 3):
                print(sentence)
    except WidebandError as error:
        print(f"error: {error}", file=sys.stderr)


def end_driver():
    """After the last job: seal what ran. What cannot be sealed now is sealed when snakemake next starts."""
    if CONSOLE:
        CONSOLE.stop()
    try:
        sealed()
    except (WidebandError, OSError) as error:
        print(f"error: {explained(error) or error}", file=sys.stderr)
