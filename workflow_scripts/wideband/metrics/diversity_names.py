"""Names of the diversity metrics; apart, so that a plan of numbers needs nothing that computes them."""

DIVERSITY_METRICS = (
    "cosine_distance",
    "variance_trace",
    "strategies",
    "vendi",
    "distinct_ngrams",
    "numeric_signatures",
)
CORRECT = ".correct"
