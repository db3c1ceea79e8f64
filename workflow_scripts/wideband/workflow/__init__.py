"""The jobs of a study: which there are, where their results lie, which are stale and why."""
