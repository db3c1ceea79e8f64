"""How far a study is, read out of what its jobs leave: locks, logs, manifests. Nothing is written.

`state` says of each job whether it is done, runs, ended without a result, or waits; `view` puts that on a
terminal.
"""
