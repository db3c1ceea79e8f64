"""Memory that a step frees stays with the process for the next step.

By default glibc gives large blocks back to the system and asks for new ones, which come page by page: that
was a seventh of the processor time of GRPO's forward and backward passes on a CPU.
"""

import ctypes

# Parameters of mallopt(3).
TRIM_THRESHOLD, MMAP_MAX = -1, -4


def keep_freed_memory() -> None:
    """Let the allocator of this process give nothing back; nothing happens where it is not glibc's."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(TRIM_THRESHOLD, -1)
        mallopt(MMAP_MAX, 0)
