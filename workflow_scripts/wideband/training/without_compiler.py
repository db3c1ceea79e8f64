"""DeepSpeed on CPUs without its shared-memory operation, which it would compile in the middle of a job."""


def keep_from_compiling() -> None:
    """Let gloo reduce instead. Called before the process group is made.

    The compiler takes a minute and 2 GB, and a killed one leaves a lock on which later jobs wait.
    """
    import deepspeed

    deepspeed.ops.__compatible_ops__["deepspeed_shm_comm"] = False
