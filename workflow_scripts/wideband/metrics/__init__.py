"""Metrics as pure functions on tables: numpy and pandas in, numpy and pandas out.

`passk_table`, `diversity_table` and `cost_table` build the per-problem tables that rules write;
everything else turns such tables into estimates. Two rules hold throughout: the unit of resampling
is the problem (draws inside a problem are not independent), and a value that the data cannot give is
NaN, never a flattering number. A rollout that the grader reached no verdict on counts as wrong, as one
without an answer does: it stays in every `n`, and `undecided` says how many there are.
"""
