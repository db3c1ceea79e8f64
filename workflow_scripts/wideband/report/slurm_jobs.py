"""The table of SLURM jobs on the page *Time*."""

from collections.abc import Iterable

from ..cluster.accounting import Used
from ..provenance.times import JobTime
from .figures.times import lasting

HEAD = ["rules", "job", "state", "elapsed", "processor time", "MaxRSS"]


def slurm_jobs(jobs: Iterable[JobTime], used: dict[str, Used]) -> list[list[str]]:
    """The head and a row for each SLURM job, the longest first; nothing where there are none."""
    rules: dict[str | None, set[str]] = {}
    for job in jobs:
        rules.setdefault(job.slurm, set()).add(job.rule.replace("_", " "))
    longest = sorted(used, key=lambda job: (-used[job].elapsed, job))
    rows = [[", ".join(sorted(rules[job])), job, *_words(used[job])] for job in longest]
    return [HEAD, *rows] if rows else []


def _words(used: Used) -> list[str]:
    size = f"{used.max_rss / 2**20:,.0f} MiB" if used.max_rss else ""
    return [used.state.lower().replace("_", " "), lasting(used.elapsed), lasting(used.cpu_seconds), size]
