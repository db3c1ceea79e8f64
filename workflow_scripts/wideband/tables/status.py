"""The one status of a verdict that others than the grader must know."""

# No verdict was reached: the comparison took too long, or took its worker down. It counts as wrong.
UNDECIDED = "undecided"
