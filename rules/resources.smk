# What each class of jobs asks of a cluster: the study's numbers, in the words of Snakemake's SLURM plugin.
# Locally nothing of this limits or delays a job.


def site(name):
    """A value of the site's own in slurm/config.yaml (default-resources), None without that profile."""
    given = workflow.resource_settings.default_resources or {}
    return str(given[name].raw) if name in given else None


# Jobs of one group become one SLURM job. There they take turns, so that it asks for the largest of them, not the sum.
if site("slurm_partition"):
    workflow.register_resource("turn", 1)
    # The driver's cores, which profiles/default tells every snakemake, are no bound of a job's.
    workflow.register_resource("_cores", None)


resource_scopes:
    turn="local",


def asks(hardware, **more):
    """The resources of a rule whose jobs run on `hardware`."""
    gpu = {
        "slurm_partition": site("gpu_partition"),
        "gres": f"gpu:{hardware.gpus}",
        # Otherwise the plugin turns tasks into tasks per GPU.
        "tasks_per_gpu": 0,
    }
    return {
        "turn": 1,
        "mem_mb": lambda wildcards, attempt: int(hardware.memory_gb * 1000 * attempt),
        "runtime": lambda wildcards, attempt: hardware.minutes * attempt,
        **({key: value for key, value in gpu.items() if value is not None} if hardware.gpus else {}),
        **more,
    }


def launched(hardware):
    """The resources of a training job: its processes are one step that the job itself starts with srun."""
    processes = hardware.nodes * hardware.processes_per_node()
    return asks(
        hardware,
        nodes=hardware.nodes,
        tasks=processes,
        cpus_per_task=hardware.cpus,
        # Empty for one process: the plugin refuses mpi for it, but no step of its own may surround it either.
        mpi="srun" if processes > 1 else "",
        # SIGUSR1 before the time limit: training saves, and the job puts itself back into the queue.
        slurm_extra=" ".join(filter(None, (site("slurm_extra"), "--signal=USR1@120 --open-mode=append"))),
    )


ANALYSIS = asks(STUDY.resources.analysis)
SAMPLING = asks(STUDY.resources.sampling)
# In one SLURM job with the sampling that they read: its node, but a short time of it.
AFTER_SAMPLING = SAMPLING | {"runtime": ANALYSIS["runtime"]}


def processes(hardware):
    """Cores of a job whose worker processes share one node."""
    return hardware.processes_per_node() * hardware.cpus


def workers_io(hardware):
    """The argument of a script whose workers share one node, with the terms of an endpoint it asks."""

    def with_workers(wildcards, input, output, threads, resources):
        workers = min(hardware.processes_per_node(), int(threads))
        return argument(input, output, threads, resources, workers=workers, **terms(STUDY, wildcards.arm))

    return with_workers


def judge_io(wildcards, input, output, threads, resources):
    """The argument of the script that asks the judge, with the terms of its endpoint."""
    return argument(input, output, threads, resources, **judge_terms(STUDY))


def launch_io(hardware):
    """The argument of workflow_scripts/launch.py: the script's own, and how many processes run it."""
    shape = {"nodes": hardware.nodes, "processes": hardware.processes_per_node(), "cpus": hardware.cpus}

    def with_shape(wildcards, input, output, threads, resources):
        told = {"report_to": STUDY.trainer.report_to} if STUDY.trainer.report_to else {}
        return argument(input, output, threads, resources, launch={"script": "train", **shape}, **told)

    return with_shape
