"""Where a job runs: interpreter, installed versions, machine and SLURM job. Imports none of what it names."""

import os
import platform
import resource
from importlib import metadata
from pathlib import Path
from typing import Any

from ..cluster.slurm import facts, job_id

LIBRARIES = (
    "accelerate",
    "blake3",
    "datasets",
    "deepspeed",
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


def cpu_seconds() -> float:
    """Processor time of this process and of its ended children, in seconds."""
    used = [resource.getrusage(kind) for kind in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return round(sum(each.ru_utime + each.ru_stime for each in used), 3)


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
