"""What a run says on the terminal: one line per ended job with its key figure, and bars of what is running.

The first bar is that of the run. Each running job that says how far it is, such as a stage of training, has
one too.

Snakemake's own messages are in `.snakemake/log`, what a job and its libraries say is in the job's log.
"""

import logging
import re
import shutil
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from snakemake_interface_logger_plugins.common import LogEvent

from ..watching.state import last_progress
from .key_figures import ended

# Snakemake's name of the handler that writes to the terminal.
TERMINAL = "DefaultStreamHandler"
HIDDEN = (
    LogEvent.WORKFLOW_STARTED,
    LogEvent.RESOURCES_INFO,
    LogEvent.JOB_STARTED,
    LogEvent.SHELLCMD,
    LogEvent.GROUP_INFO,
    LogEvent.PROGRESS,
)
# Beginnings of messages that tell a user nothing.
CHATTER = (
    *("Building DAG of jobs", "Using shell:", "Select jobs to execute", "Execute ", "Conda environments:"),
    *("Group jobs:", "Complete log(s):", "Elapsed time:", "Assuming unrestricted shared filesystem"),
)
NOTHING = "Nothing to be done"
BAR = 20
# How far a job is, as its log says: `step 3 / 9`, `120 / 480 rollouts`, `37 %`.
DONE_OF, PERCENT = re.compile(r"\b(\d+) / (\d+)\b"), re.compile(r"\b(\d+) %")
# How often jobs are looked at: a terminal's bars are renewed, elsewhere a line is printed now and then.
RENEW_S, PRINT_S = 1.0, 60.0
# What a job says at once, wherever it runs.
WAITING = re.compile(r"\| (waiting for process .*)$", re.MULTILINE)


@dataclass
class Running:
    """A started job: its rule's message, an output, its log, and what was last printed of it."""

    message: str
    output: Path | None
    log: Path | None
    printed: str = ""


class Console(logging.Formatter):
    """Which of Snakemake's messages are shown, and how."""

    def __init__(self, handler: logging.Handler, usual: logging.Formatter, root: Path) -> None:
        super().__init__()
        self.handler, self.usual, self.root = handler, usual, root
        self.renews = handler.stream.isatty()
        self.running: dict[int, Running] = {}
        self.done, self.total, self.ends = 0, 0, threading.Event()
        # Lines of bars that the terminal shows now; changed under the handler's lock only.
        self.drawn = 0

    def shows(self, record: logging.LogRecord) -> bool:
        """Whether a message is shown; takes down which jobs are started."""
        event = getattr(record, "event", None)
        if event == LogEvent.JOB_INFO:
            self.running[record.jobid] = Running(
                record.rule_msg or record.rule_name,
                next((Path(path) for path in record.output), None),
                next((Path(path) for path in record.log), None),
            )
            return False
        text = str(record.msg or "").lstrip()
        chatter = event is None and record.levelno <= logging.INFO and text.startswith(CHATTER)
        # The command of a failed job, which its own line has named.
        command = event == LogEvent.ERROR and "CalledProcessError" in text
        return event not in HIDDEN and not chatter and not command

    def format(self, record: logging.LogRecord) -> str:
        """The text of a message that is shown."""
        return self._cleared() + self._text(record)

    def _text(self, record: logging.LogRecord) -> str:
        event = getattr(record, "event", None)
        if event == LogEvent.RUN_INFO:
            self.total = sum(count for rule, count in record.stats.items() if rule not in ("all", "total"))
            return f"{self.total} jobs to run; what each of them says is in {self.root}/logs"
        if event == LogEvent.JOB_FINISHED:
            return self._ended(self.running.pop(record.job_id, None))
        # Over SLURM the failed job's log comes with Snakemake's own message.
        if event == LogEvent.JOB_ERROR and not getattr(self.usual, "show_failed_logs", False):
            job = self.running.pop(record.jobid, None)
            return f"failed: {job.message if job else record.rule_name}; log: {', '.join(record.log)}"
        if str(record.msg).startswith(NOTHING):
            return f"Nothing is stale. Report: {self.root.absolute()}/report/index.html"
        return self.usual.format(record)

    def _ended(self, job: Running | None) -> str:
        if job is None or job.log is None:
            return ""
        self.done += 1
        line = ended(job.output, job.message) if job.output else job.message
        return f"{self.done:{len(str(self.total))}d}/{self.total}  {line}"

    def follow(self) -> None:
        """Tell in the background how far the running jobs are, until `stop`."""
        threading.Thread(target=self._follow, daemon=True).start()

    def stop(self) -> None:
        """Say no more of running jobs."""
        self.ends.set()
        with self.handler.lock:
            self.handler.stream.write(self._cleared())
            self.handler.stream.flush()

    def _follow(self) -> None:
        printed = time.monotonic()
        while not self.ends.wait(RENEW_S):
            jobs = list(self.running.values())
            due = time.monotonic() - printed >= PRINT_S
            for job in jobs:
                line = _waits(job) or (_progress(job) if due and not self.renews else "")
                if line and line != job.printed:
                    job.printed = line
                    self._write(f"… {job.message}: {line}\n")
            printed = time.monotonic() if due else printed
            if self.renews:
                self._write("", self.bars(jobs, *shutil.get_terminal_size()))

    def bars(self, jobs: list[Running], width: int, height: int) -> list[str]:
        """The lines that renew themselves: a bar of the run, then one of each job that says how far it is.

        Jobs that do not say it are named behind the first. Lines fit into `width` columns and `height` rows.
        """
        measured, others = [], []
        for job in (job for job in jobs if job.log):
            progress = _progress(job)
            share = share_done(progress)
            text = "  ".join(filter(None, (job.message, progress)))
            others += [text] if share is None else []
            measured += [] if share is None else [f"{_bar(share)} {text}"]
        run = (
            f"{_bar(self.done / max(self.total, 1))} {self.done}/{self.total}  {' · '.join(others)}".rstrip()
        )
        return [line[: width - 1] for line in (run, *measured)[: max(height - 1, 1)]]

    def _cleared(self) -> str:
        """What takes the drawn bars off a terminal."""
        up, self.drawn = self.drawn - 1, 0
        return ("\r" + (f"\x1b[{up}A" if up > 0 else "") + "\x1b[J") if self.renews else ""

    def _write(self, text: str, bars: Sequence[str] = ()) -> None:
        """Text in place of the bars, then the bars."""
        with self.handler.lock:
            if not self.ends.is_set():
                self.handler.stream.write(self._cleared() + text + "\n".join(bars))
                self.drawn = len(bars)
                self.handler.stream.flush()


def install(logger: logging.Logger, root: Path) -> Console | None:
    """Take over what Snakemake says on the terminal; None where it has no such handler, or another one.

    `root`: the study's results folder.
    """
    for handler in logger.handlers:
        if handler.name == TERMINAL and handler.formatter is not None:
            console = Console(handler, handler.formatter, root)
            handler.addFilter(console.shows)
            handler.setFormatter(console)
            return console
    return None


def share_done(progress: str) -> float | None:
    """The share of a job that its line of progress says is done; None where it does not say."""
    if found := DONE_OF.search(progress):
        return int(found[1]) / max(int(found[2]), 1)
    return int(found[1]) / 100 if (found := PERCENT.search(progress)) else None


def _bar(share: float) -> str:
    full = int(BAR * min(share, 1.0))
    return "█" * full + "░" * (BAR - full)


def _progress(job: Running) -> str:
    return last_progress(job.log) if job.log else ""


def _waits(job: Running) -> str:
    """That a job waits for another process, once."""
    if job.printed or job.log is None or not job.log.is_file():
        return ""
    found: Any = WAITING.search(job.log.read_text(encoding="utf-8", errors="replace")[-2000:])
    return found[1] if found else ""
