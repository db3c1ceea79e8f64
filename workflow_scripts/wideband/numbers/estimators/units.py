"""Units of per-problem metrics."""

from typing import Any

UNITS = {
    "cosine_distance": "cosine distance",
    "variance_trace": "variance",
    "strategies": "strategies",
    "vendi": "effective completions",
    "distinct_ngrams": "ratio",
    "numeric_signatures": "fraction",
}


def metric_unit(args: dict[str, Any]) -> str:
    """Unit of the metric that `args` name; pass@k is a fraction."""
    return UNITS.get(str(args["metric"]).removesuffix(".correct"), "fraction")
