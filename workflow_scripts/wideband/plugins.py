"""For Python files of a study's own (`plugins`): decorators that register a task, a reward or a metric.

What is registered is named, checked, measured and audited as the package's own kinds are.
"""

import inspect
from collections.abc import Callable, Iterable
from typing import Any, Literal

from pydantic import Field, create_model

from . import tasks
from .config.base import Strict
from .config.names import name_fault
from .config.sources import TASKS
from .data import sources as data_sources
from .metrics import by_item
from .metrics.by_item.base import EXACT, SAMPLED, WRITTEN, Item, Metric, Range
from .plugin_registry import PluginError, register
from .scaffolds import Parsed
from .tasks import Reading
from .training import rewards
from .training.rewards import Array, Group

# What a task of one's own can give, and what any task can.
GIVEABLE = frozenset({"gold", "answer", "options", "law", "working", "end"})
NEEDABLE = GIVEABLE | {"distribution", "passage", "text", "classes"}
TABLES = frozenset({EXACT, SAMPLED, WRITTEN})


def task(gives: Iterable[str], compares: Literal["answer", "outcome"] = "outcome") -> Callable[[type], type]:
    """A class as a task, and as the source of its items, both of the class's name.

    The class has a docstring of one line; `items(split)`, which yields a dict for each item with `problem`
    and, as the task gives them, `gold` and `options`, besides `uid`, `level`, `subject`, `year` where there
    are any; and `read(parsed, options)`, which returns a `Reading`. Neither takes `self`. Where it gives
    options, `answers(options)` says how completions write them, unless as they stand.

    Args:
        gives: of gold, answer, options, law (a uniform one over the options), working and end; see
            `wideband.tasks`.
        compares: what is held against a gold: the outcome as it stands, or the answer by the grader.
    """

    def decorated(kind: type) -> type:
        name = _named("task", kind, [*tasks.names(), *TASKS])
        provided = _known(f"task '{name}': gives", gives, GIVEABLE)
        for needed in ("items", "read"):
            if not callable(getattr(kind, needed, None)):
                raise PluginError(f"task '{name}': has no function '{needed}'; add it")
        kind.DESCRIPTION, kind.GIVES, kind.COMPARES = _title("task", kind), provided, compares
        if not hasattr(kind, "answers"):
            kind.answers = staticmethod(list)
        register(tasks.__name__, name, kind)
        register(data_sources.__name__, name, kind)
        return kind

    return decorated


def reward(needs: Iterable[str] = ()) -> Callable[[Callable[..., Array]], Callable[..., Array]]:
    """A function of a `Group` as a reward of GRPO, with a docstring of one line.

    It returns the rewards of the group's rollouts, shape (G,). Further parameters have defaults and are what
    a study may set under `reward_settings`.

    Args:
        needs: what the task must give, such as gold; see `wideband.tasks`.
    """

    def decorated(function: Callable[..., Array]) -> Callable[..., Array]:
        name = _named("reward", function, rewards.names())
        register(
            rewards.__name__,
            name,
            _Reward(name, function, _known(f"reward '{name}': needs", needs, NEEDABLE)),
        )
        return function

    return decorated


class _Reward:
    """A function in the form of a file of `training.rewards`."""

    def __init__(self, name: str, function: Callable[..., Array], needs: frozenset[str]) -> None:
        self.DESCRIPTION, self.NEEDS, self.function = _title("reward", function), needs, function
        settings = list(inspect.signature(function).parameters.values())[1:]
        for setting in settings:
            if setting.default is setting.empty:
                raise PluginError(
                    f"reward '{name}': its setting '{setting.name}' has no default; give it one"
                )
        fields: dict[str, Any] = {
            setting.name: (
                type(setting.default) if setting.annotation is setting.empty else setting.annotation,
                Field(setting.default, description=f"{setting.name} of reward {name}"),
            )
            for setting in settings
        }
        self.Settings = create_model("Settings", __base__=Strict, **fields)

    def reward(self, group: Group, settings: Strict) -> Array:
        """Rewards of a group, shape (G,)."""
        return self.function(group, **settings.model_dump())


def metric(
    unit: str,
    needs: Iterable[str],
    reads: Iterable[str],
    within: Range | None = None,
) -> Callable[[Callable[[Item], float]], Callable[[Item], float]]:
    """A function of an `Item` as a metric of single items, with a docstring of one line: its title.

    Args:
        unit: of the value, such as fraction.
        needs: what the task must give; see `wideband.tasks`.
        reads: the tables it needs, of EXACT, SAMPLED and WRITTEN.
        within: the least and greatest value; None where it has no end.
    """

    def decorated(function: Callable[[Item], float]) -> Callable[[Item], float]:
        name = _named("metric", function, by_item.names())
        _title("metric", function)
        needed = _known(f"metric '{name}': needs", needs, NEEDABLE)
        read = _known(f"metric '{name}': reads", reads, TABLES)
        register(by_item.__name__, name, Metric(function, unit, needed, tuple(sorted(read)), within))
        return function

    return decorated


def _named(kind: str, what: Any, taken: Iterable[str]) -> str:
    name = what.__name__
    if fault := name_fault("stage", name):
        raise PluginError(f"{kind}: name {fault}")
    if name in taken:
        raise PluginError(f"{kind} '{name}' is there already; give it another name")
    return name


def _known(key: str, names: Iterable[str], known: frozenset[str]) -> frozenset[str]:
    """The names that a decorator was given, as a set."""
    if isinstance(names, str) or not isinstance(names, Iterable):
        raise PluginError(f"{key} {names!r}; write a list of names, such as [{sorted(known)[0]!r}]")
    found = list(names)
    if wrong := [name for name in found if not isinstance(name, str) or name not in known]:
        raise PluginError(f"{key} {wrong[0]!r}; known are {', '.join(sorted(known))}")
    return frozenset(found)


def _title(kind: str, what: Any) -> str:
    documentation = (inspect.getdoc(what) or "").strip()
    if not documentation or not what.__doc__:
        raise PluginError(f"{kind} '{what.__name__}': has no docstring; say in a line what it is")
    return documentation.splitlines()[0].removesuffix(".")


__all__ = [
    "EXACT",
    "SAMPLED",
    "WRITTEN",
    "Group",
    "Item",
    "Parsed",
    "Reading",
    "metric",
    "reward",
    "task",
]
