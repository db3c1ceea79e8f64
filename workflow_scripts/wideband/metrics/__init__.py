"""Metrics as pure functions on tables: numpy and pandas in, numpy and pandas out.

`passk_table`, `diversity_table` and `cost_table` build the per-problem tables that rules write;
everything else turns such tables into estimates. Two rules hold throughout: the unit of resampling
is the problem (draws inside a problem are not independent), and a value that the data cannot give is
NaN, never a flattering number. A rollout whose verdict is null (the grader timed out) is left out of
every count, so `n` is the number of graded rollouts.
"""
