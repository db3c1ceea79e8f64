"""`snakemake` as a user types it, whose driver asks SLURM for the states of jobs every second.

The plugin waits ten seconds longer after each time that no job had ended: what is tested here would mostly be
waiting.
"""

import runpy
import sys

from snakemake_executor_plugin_slurm import Executor

EVERY_S = 1

if __name__ == "__main__":
    Executor.next_seconds_between_status_checks = property(lambda _: EVERY_S, lambda *_: None)
    sys.argv[0] = "snakemake"
    runpy.run_module("snakemake", run_name="__main__", alter_sys=True)
