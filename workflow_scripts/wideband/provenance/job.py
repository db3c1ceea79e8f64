"""What every workflow script runs under: arguments, parameters, logging, clear errors, manifests.

A script is called as `python workflow_scripts/<rule>.py '<json>'` with
`{"input": {name: path or list}, "output": {name: path or list}, "log": path or null, "threads": number}`;
`input` holds `spec`. Instead of the JSON itself the argument may be `@file`, a file that holds it. It reads:

    def main(job: Job) -> None: ...

    if __name__ == "__main__":
        run(main)
"""

import argparse
import json
import logging
import os
import shutil
import sys
import traceback
import warnings
from collections.abc import Callable, Sequence
from contextlib import nullcontext, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from ..errors import WidebandError, explained
from ..plugin_registry import use
from .code import check_drift
from .digests import json_digest, path_digest
from .locks import job_lock
from .manifest import inputs, manifest_path, write_manifests
from .reads import Reads
from .specs import Spec, read_spec

log = logging.getLogger(__name__)

# The order in which wildcards appear in log lines.
LABEL = ("arm", "stage", "checkpoint", "step", "metric", "slice", "source")
# Inputs that no result depends on: the spec's own digest stands for it, the others must only be there first.
UNUSED = frozenset({"spec", "golds", "leakage", "lengths"})


class JobError(WidebandError):
    """Arguments that describe no job, or a job that did not write what it promised."""


@dataclass
class Job:
    """One job of the workflow.

    Attributes:
        spec: its frozen description.
        input, output: paths by name, `job.input.rollouts`; a list in the arguments is a list of paths.
        threads: processors that the workflow gave it.
        log: the log file, if any.
        workers: processes that may share the work, each with its share of the threads.
        attempt: how often the workflow has tried this job, where it counts.
        endpoint: on what terms an endpoint is asked, where the job asks one.
        report_to: trackers that look on while the job trains.
        notes: what `note` was told.
        drops_state: whether `drop_state` was called.
    """

    spec: Spec
    input: SimpleNamespace
    output: SimpleNamespace
    threads: int = 1
    log: Path | None = None
    workers: int = 1
    attempt: int | None = None
    endpoint: dict[str, Any] | None = None
    report_to: Sequence[str] = ()
    notes: dict[str, Any] = field(default_factory=dict)
    drops_state: bool = False

    @property
    def params(self) -> dict[str, Any]:
        """The job's resolved parameters."""
        return self.spec.params

    @property
    def wildcards(self) -> dict[str, str]:
        """The wildcards of the rule."""
        return self.spec.wildcards

    @property
    def study(self) -> str:
        """The study's name."""
        return self.spec.study

    @property
    def rule(self) -> str:
        """The rule's name."""
        return self.spec.rule

    @property
    def label(self) -> str:
        """Rule and wildcards in short, such as `sample panel.base.gsm8k_test`."""
        ordered = [self.wildcards[name] for name in LABEL if name in self.wildcards]
        ordered += [value for name, value in self.wildcards.items() if name not in (*LABEL, "study")]
        return " ".join(filter(None, (self.rule, ".".join(ordered))))

    @property
    def root(self) -> Path:
        """The study's results folder."""
        return Path(self.input.spec).parents[2]

    @cached_property
    def state(self) -> Path:
        """Folder for resumable state, named by digests of spec and inputs: a changed one starts afresh.

        It is no declared output, since Snakemake deletes those of a failed job.
        """
        named = _listed(self.input).items()
        read = {name: [path_digest(path) for path in paths] for name, paths in named if name not in UNUSED}
        return self.root / "state" / self.rule / json_digest([self.spec.digest, read])[:16]

    @property
    def lock(self) -> Path:
        """The file that a process of this job holds a lock on while it runs."""
        spec = Path(self.input.spec)
        return self.root / "provenance" / "running" / f"{spec.parent.name}.{spec.stem}.lock"

    def note(self, **facts: Any) -> None:
        """Put facts that only the job knows, such as tokens, into its manifests. Values must be JSON."""
        self.notes.update(facts)

    def drop_state(self) -> None:
        """Have `state` removed once outputs and manifests are there."""
        self.drops_state = True


def run(main: Callable[[Job], None]) -> None:
    """Run `main` as the job that the command line describes, then write its manifests.

    Exits with status 1 after any error: one line for a known one, a traceback for any other. A failed job
    leaves no manifest. In a job of many processes the first one (RANK 0) writes the manifests.
    """
    try:
        job = read_job(_argument(main))
    except WidebandError as error:
        sys.exit(f"error: {error}")
    set_up_logging(job)
    try:
        check_drift(job.root, job.spec.code, Path(sys.argv[0]).resolve())
        use(job.params.get("plugins", []), Path())
        with job_lock(job.lock) if _first_process() else nullcontext():
            _run(job, main)
    except Exception as error:
        log.error("%s", explained(error) or traceback.format_exc().rstrip())
        sys.exit(1)


def read_job(argument: str) -> Job:
    """The job that a command-line argument describes. Raises JobError, SpecError."""
    try:
        text = Path(argument[1:]).read_text(encoding="utf-8") if argument.startswith("@") else argument
        content = json.loads(text)
        named_inputs, named_outputs = content["input"], content["output"]
        spec_path = named_inputs["spec"]
    except (ValueError, KeyError, TypeError, OSError) as error:
        raise JobError(
            f"the argument does not describe a job ({type(error).__name__}: {error}); see --help"
        ) from None
    return Job(
        spec=read_spec(spec_path),
        input=_paths(named_inputs),
        output=_paths(named_outputs),
        threads=int(content.get("threads") or 1),
        log=Path(content["log"]) if content.get("log") else None,
        workers=int(content.get("workers") or 1),
        attempt=content.get("attempt"),
        endpoint=content.get("endpoint"),
        report_to=content.get("report_to", ()),
    )


def set_up_logging(job: Job) -> None:
    """Log `HH:MM:SS rule arm.checkpoint.slice | message` to standard error and to the job's log file."""
    handlers: list[logging.Handler] = [logging.StreamHandler(sys.stderr)]
    if job.log is not None and _first_process():
        job.log.parent.mkdir(parents=True, exist_ok=True)
        handlers.append(logging.FileHandler(job.log, mode="w", encoding="utf-8"))
    label = job.label.replace("%", "%%")
    style = logging.Formatter(f"%(asctime)s {label} | %(message)s", datefmt="%H:%M:%S")
    for handler in handlers:
        handler.setFormatter(style)
    logging.basicConfig(level=logging.INFO, handlers=handlers, force=True)
    # It tells which folder it loads, and takes this level for a wish to see progress bars.
    logging.getLogger("sentence_transformers").setLevel(logging.WARNING)
    logging.captureWarnings(True)
    # Versions are locked: what a later one will change is no news to who runs this one.
    warnings.simplefilter("ignore", FutureWarning)


def _run(job: Job, main: Callable[[Job], None]) -> None:
    started = datetime.now(UTC)
    outputs = [path for paths in _listed(job.output).values() for path in paths]
    outputs = [path for path in outputs if not path.name.endswith(".manifest.json")]
    read = inputs(_listed(job.input)) if _first_process() else []
    for path in outputs if _first_process() else ():
        manifest_path(path).unlink(missing_ok=True)
    declared = [path for paths in _listed(job.input).values() for path in paths]
    reads = Reads(job.root, [*declared, *outputs])
    reads.watch()
    main(job)
    if not _first_process():
        return
    for path in outputs:
        if not path.exists():
            raise JobError(f"{path}: declared as an output of {job.rule} but not written")
    if job.attempt:
        job.note(attempt=job.attempt)
    write_manifests(outputs, job.spec, job.input.spec, read, started, job.notes, reads.found)
    if job.drops_state:
        _remove(job.state)


def _remove(state: Path) -> None:
    """Remove a folder of state; a kill meanwhile leaves none that looks whole and is not."""
    gone = state.with_name(f".{state.name}.gone")
    shutil.rmtree(gone, ignore_errors=True)
    with suppress(FileNotFoundError):
        state.rename(gone)
    shutil.rmtree(gone, ignore_errors=True)


def _argument(main: Callable[[Job], None]) -> str:
    parser = argparse.ArgumentParser(
        description=f"{main.__doc__ or ''}\n\n{__doc__}", formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("job", help="the job as JSON, or @file")
    return parser.parse_args().job


def _first_process() -> bool:
    return os.environ.get("RANK", "0") == "0"


def _paths(named: dict[str, str | list[str]]) -> SimpleNamespace:
    return SimpleNamespace(
        **{
            name: [Path(item) for item in value] if isinstance(value, list) else Path(value)
            for name, value in named.items()
        }
    )


def _listed(namespace: SimpleNamespace) -> dict[str, list[Path]]:
    return {name: value if isinstance(value, list) else [value] for name, value in vars(namespace).items()}
