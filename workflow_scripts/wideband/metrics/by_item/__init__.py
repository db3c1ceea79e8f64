"""Metrics of single items, by name.

A new one is one file here, named as numbers name it, with a docstring of one line: its title. It holds one
function of that name, from an `Item` to a number (NaN: this item cannot give it), under the decorator
`metric`, which says its unit, its range, and what of the task and which tables it needs. Which evaluations
have it follows from that; numbers, intervals, comparisons, the audit and a plot follow by themselves.
"""

from collections.abc import Callable, Iterable
from functools import cache
from importlib import import_module

from ...errors import WidebandError
from ...plugin_registry import registered_in
from ...rooms import check_name, names_in
from .base import OPENING, WRITTEN, Item, Metric, metric


def names() -> list[str]:
    """The metrics that there are."""
    return [*names_in(__file__), *registered_in(__name__)]


def load(name: str) -> Metric:
    """The metric of that name. Raises WidebandError with the nearest name, or for a file without one."""
    return registered_in(__name__).get(name) or _file(name)


@cache
def _file(name: str) -> Metric:
    """That of the package, looked up once: plans ask hundreds of thousands of times."""
    check_name("metric", name, names())
    module = import_module(f"{__name__}.{name}")
    found = getattr(module, name, None)
    if not isinstance(found, Metric) or not module.__doc__:
        raise WidebandError(
            f"metric '{name}': {module.__file__} needs a docstring and a function {name} under @metric"
        )
    return found


def title(name: str) -> str:
    """What the metric of that name says, in a line: the docstring of its file, or of a plugin's function."""
    function = load(name).function
    documented = function if name in registered_in(__name__) else import_module(function.__module__)
    return documented.__doc__.strip().splitlines()[0].removesuffix(".")


def applying(gives: Iterable[str], has: Callable[[str], bool]) -> list[str]:
    """The metrics of an evaluation, by what its task gives and which tables it has."""
    provided = frozenset(gives)
    every = ((name, load(name)) for name in names())
    fitting = (
        (name, metric) for name, metric in every if metric.needs <= provided and not metric.unless & provided
    )
    return [name for name, metric in fitting if all(map(has, metric.reads))]


def is_test(name: str) -> bool:
    """Whether a metric is the p of a test of each item: its number is the share of items that it rejects."""
    return load(name).unit == "p"


def number(name: str) -> str:
    """How the number of a metric is called: as the metric, except of a test."""
    return f"{name.removesuffix('_p')}_rejected" if is_test(name) else name


def reading(table: str, metrics: Iterable[str]) -> bool:
    """Whether one of the metrics reads a table."""
    return any(table in load(name).reads for name in metrics)


__all__ = [
    "OPENING",
    "WRITTEN",
    "Item",
    "Metric",
    "applying",
    "is_test",
    "load",
    "metric",
    "names",
    "number",
    "reading",
    "title",
]
