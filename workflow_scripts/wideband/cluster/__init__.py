"""SLURM around a job: starting its processes, ending it before its time limit, what it used. Changes no result."""
