"""Questions to SLURM's own commands. They answer None, or nothing, where SLURM is not."""

import os
import re
import shutil
import subprocess

from ..errors import WidebandError

# What a run on a cluster calls.
NEEDED = ("sbatch", "squeue", "scancel", "sacctmgr")
PATIENCE_S = 20
# Name in a manifest: key of `scontrol show job`.
SHOWN = {
    "slurm partition": "Partition",
    "slurm nodes": "NodeList",
    "slurm tasks": "NumTasks",
    "slurm resources": "TRES",
    "slurm restarts": "Restarts",
    "slurm submitted": "SubmitTime",
    "slurm started": "StartTime",
    "slurm elapsed": "RunTime",
}


class NoCluster(WidebandError):
    """SLURM's commands are not on this machine; the message names them and the remedy."""


def check_commands() -> None:
    """Raise NoCluster where one of them is missing: the plugin would try each job again and again instead."""
    missing = [name for name in NEEDED if shutil.which(name) is None]
    if missing:
        raise NoCluster(
            f"--profile slurm: no {', '.join(missing)} on the PATH of this machine; call snakemake on a "
            "login node of the cluster, or without --profile slurm to run here"
        )


def job_id() -> str | None:
    """The SLURM job that this process runs in."""
    return os.environ.get("SLURM_JOB_ID")


def ask(*command: str) -> str | None:
    """What a command prints; None when it fails, is not there or does not answer."""
    try:
        finished = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_S, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    return finished.stdout.strip()


def nodes(job: str) -> list[str]:
    """Names of a job's nodes, the first one first.

    Asked of SLURM, because Snakemake's plugin takes all of SLURM's variables but the job id away.
    """
    listed = ask("squeue", "--noheader", "--jobs", job, "--format=%N")
    return (ask("scontrol", "show", "hostnames", listed) or "").split() if listed else []


def address(node: str) -> str:
    """Where a node can be reached: its address in SLURM, which need not be its name."""
    found = re.search(r"NodeAddr=(\S+)", ask("scontrol", "--oneliner", "show", "node", node) or "")
    return found.group(1) if found else node


def is_active(job: str) -> bool | None:
    """Whether a job runs or is ending; None where SLURM cannot be asked."""
    states = ask("squeue", "--noheader", "--jobs", job, "--states=all", "--format=%T")
    if states is None:
        # squeue knows no job that ended long ago, and says so by failing.
        return None if ask("scontrol", "ping") is None else False
    return bool({"RUNNING", "COMPLETING", "SUSPENDED", "STOPPED"} & set(states.split()))


def facts(job: str) -> dict[str, str]:
    """What SLURM says of a job of ours and what it has used so far, for its manifests."""
    shown = ask("scontrol", "--oneliner", "show", "job", job) or ""
    pairs = dict(word.split("=", 1) for word in shown.split() if "=" in word)
    found = {name: pairs[key] for name, key in SHOWN.items() if pairs.get(key)}
    used = {"slurm max rss": _largest(job), "slurm accounted": _elapsed(job)}
    return {"slurm job": job} | found | {name: value for name, value in used.items() if value}


def _largest(job: str) -> str | None:
    """MaxRSS of the largest step: of running ones from sstat, of finished ones from sacct."""
    running = ask("sstat", "--allsteps", "--noheader", "--parsable2", "--jobs", job, "--format=MaxRSS")
    ended = ask("sacct", "--noheader", "--parsable2", "--jobs", job, "--format=MaxRSS")
    sizes = f"{running or ''}\n{ended or ''}".split()
    return max(sizes, key=in_bytes, default=None)


def _elapsed(job: str) -> str | None:
    answer = ask("sacct", "--allocations", "--noheader", "--parsable2", "--jobs", job, "--format=Elapsed")
    return answer.split()[-1] if answer else None


def in_bytes(size: str) -> float:
    """SLURM's `832208K`; 0 for what is no size."""
    match = re.fullmatch(r"([\d.]+)([KMGT]?)", size)
    return float(match.group(1)) * 1024 ** " KMGT".index(match.group(2) or " ") if match else 0.0


def requeue(job: str) -> bool:
    """Put a job back into the queue, which ends it."""
    return ask("scontrol", "requeue", job) is not None
