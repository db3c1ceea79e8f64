"""DeepSpeed on CPUs without its shared-memory operation, which it would compile in the middle of a job."""


def keep_from_compiling() -> None:
    """Let gloo reduce instead. Called before the process group is made.

    The compiler takes a minute and 2 GB, and one that was killed leaves a lock on which every later job waits.
    """
    import deepspeed

    deepspeed.ops.__compatible_ops__["deepspeed_shm_comm"] = False
