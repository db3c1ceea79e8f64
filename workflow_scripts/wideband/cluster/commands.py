"""The commands of SLURM that a run on a cluster calls."""

import shutil

from ..errors import WidebandError

NEEDED = ("sbatch", "squeue", "scancel", "sacctmgr")


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
