"""SLURM around a job: starting its processes, ending it in time, what it used. Changes no result."""
