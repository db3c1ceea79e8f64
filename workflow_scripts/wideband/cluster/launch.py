"""One process per GPU (or as many as the study says): srun in a SLURM job, torchrun elsewhere.

The processes meet at the first node's address; ranks come from SLURM's own variables.
"""

import json
import logging
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from ..provenance.job import read_job, set_up_logging
from .owner import BEAT_S, Lost, Owner, owned
from .slurm import address, job_id, nodes, requeue

log = logging.getLogger(__name__)
# Exit status of a script that saved its state and wants to go on later (EX_TEMPFAIL of sysexits.h).
AGAIN = 75
SCRIPTS = Path(__file__).resolve().parents[2]
AS_RANK = "--as-rank"


def main() -> None:
    """Run the script that the argument names in all its processes; its exit status.

    A script that ends with AGAIN in a SLURM job has that job put back into the queue.
    """
    if sys.argv[1] == AS_RANK:
        become_rank(sys.argv[2:])
    argument, job = sys.argv[1], job_id()
    described = read_job(argument)
    set_up_logging(described)
    with owned(described.state) as owner:
        status = watched(command(argument, job), owner)
    if status == AGAIN and job and requeue(job):
        time.sleep(600)  # SLURM ends this job now; until then it must not look finished
    sys.exit(status)


def watched(line: list[str], owner: Owner) -> int:
    """Run a command line while keeping the folder's ownership; ends it when that is lost."""
    process = subprocess.Popen(line)
    while True:
        try:
            return process.wait(timeout=BEAT_S)
        except subprocess.TimeoutExpired:
            pass
        try:
            owner.beat()
        except Lost as error:
            log.error("%s", error)
            process.terminate()
            return process.wait() or 1


def command(argument: str, job: str | None) -> list[str]:
    """The command line that starts all processes of a job's script."""
    shape = json.loads(argument)["launch"]
    script = str(SCRIPTS / f"{shape['script']}.py")
    if job:
        return [*_srun(shape, job), script, argument]
    if shape["nodes"] * shape["processes"] == 1 and not _deepspeed(argument):
        return [sys.executable, "-IS", str(SCRIPTS / "start_job.py"), script, argument]
    # By number: a machine need not know its own name.
    torchrun = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--local-addr=127.0.0.1"]
    return [*torchrun, f"--nproc-per-node={shape['nodes'] * shape['processes']}", script, argument]


def become_rank(arguments: list[str]) -> None:
    """Turn into the script, as the rank that SLURM's variables say."""
    step = {"RANK": "SLURM_PROCID", "WORLD_SIZE": "SLURM_NTASKS", "LOCAL_RANK": "SLURM_LOCALID"}
    if os.environ["SLURM_NTASKS"] != "1" or _deepspeed(arguments[1]):
        os.environ |= {name: os.environ[slurm] for name, slurm in step.items()}
    # A signal that comes before the script listens waits for it, instead of ending it.
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1})
    os.execv(sys.executable, [sys.executable, *arguments])


def _srun(shape: dict[str, Any], job: str) -> list[str]:
    first = (nodes(job) or ["localhost"])[0]
    # Jobs may share a node: the port is the job's own.
    os.environ |= {"MASTER_ADDR": address(first), "MASTER_PORT": str(20000 + int(job) % 20000)}
    total = shape["nodes"] * shape["processes"]
    size = [f"--nodes={shape['nodes']}", f"--ntasks={total}", f"--ntasks-per-node={shape['processes']}"]
    options = [f"--cpus-per-task={shape['cpus']}", "--kill-on-bad-exit=1"]
    return ["srun", *size, *options, sys.executable, str(SCRIPTS / "launch.py"), AS_RANK]


def _deepspeed(argument: str) -> bool:
    """Whether the job's study trains under DeepSpeed, which wants a process group even for one process."""
    spec = json.loads(Path(json.loads(argument)["input"]["spec"]).read_text(encoding="utf-8"))
    return bool(spec["params"]["trainer"]["deepspeed"])
