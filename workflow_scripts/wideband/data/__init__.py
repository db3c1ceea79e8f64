"""Where problems come from: sources, slices, splits, the registry of their digests, and the leakage check."""
