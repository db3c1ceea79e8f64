"""Units of per-problem metrics."""

from typing import Any

from ...metrics import by_item, entailment_names, text_names

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
    metric = str(args["metric"]).removesuffix(".correct")
    if entailment_names.is_one(metric):
        return "entailment distance"
    if text_names.is_one(metric):
        return text_names.unit_of(metric)
    return by_item.load(metric).unit if metric in by_item.names() else UNITS.get(metric, "fraction")
