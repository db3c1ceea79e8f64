"""Names of the sources that slices are drawn from, the kind of their items, and what a slice may set."""

from typing import Annotated, Any

from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError

from ..plugin_registry import registered_in

# A name in wideband.tasks for every source in wideband.data.sources.
TASKS: dict[str, str] = {
    "gsm8k": "math",
    "math": "math",
    "math500": "math",
    "aime": "math",
    "hmmt": "math",
    "amc": "math",
    "olympiadbench": "math",
    "olympiad": "math",
    "choice": "choice",
    "distributions": "law",
    "knowledge": "multiple_choice",
    "knowledge_cloze": "cloze",
    "mmlu": "multiple_choice",
    "prompts": "open",
    "passages": "text",
    "written_questions": "position",
    "novel_prompts": "novelty",
    "noveltybench": "novelty",
    "humaneval": "program",
    "mbpp": "program",
    "cruxeval": "program",
    "ifeval": "instructions",
    "instructed_prompts": "instructions",
    "preferences": "open",
    "truthfulqa": "open",
    "tldr": "open",
    "cnn_dailymail": "open",
    "xsum": "open",
    "alpaca": "open",
    "writingprompts": "open",
    "prism": "open",
    "wildbench": "open",
    "scitldr": "open",
    "self_instruct": "open",
}
# What needs no files of others, whatever the origin of the rest.
BUILT = (
    "choice",
    "distributions",
    "instructed_prompts",
    "knowledge",
    "knowledge_cloze",
    "passages",
    "prompts",
    "novel_prompts",
    "written_questions",
)
GENERATED = ("gsm8k", "math", "olympiad", "preferences", *BUILT)
# What is read from files alone: no hub dataset is pinned.
FILES_ONLY = (
    *("cruxeval", "humaneval", "ifeval", "mbpp", "mmlu", "noveltybench", "preferences", "scitldr"),
    *("self_instruct", "truthfulqa"),
)
# What is read from the hub alone, at origin local as well: its texts may not be copied.
HUB_ONLY = ("tldr", "cnn_dailymail", "xsum", "alpaca", "writingprompts", "prism", "wildbench")
# What comes in pairs, one side of which is preferred.
PAIRED = ("preferences",)
# What comes with worked answers, where it is generated or read from the authors' files.
SOLVED = ("gsm8k", "math", "olympiad", "scitldr", "self_instruct")
# Keys of a slice that only some sources have a use for.
SETTINGS: dict[str, tuple[str, ...]] = {
    "spaces": ("choice",),
    "listed": ("choice",),
    "paraphrases": ("choice",),
    "orders": ("choice",),
    "shots": ("choice",),
    "shot_spaces": ("choice",),
    "families": ("distributions",),
    "kinds": ("prompts", "novel_prompts"),
    "parameters": ("distributions",),
    "draws": ("distributions",),
    "file": ("passages",),
    "decimals": ("distributions",),
    "max_bins": ("distributions",),
    "solutions": SOLVED,
    "teachers": SOLVED,
}
# Splits of sources that are the same at every origin.
SPLITS: dict[str, tuple[str, ...]] = {
    "choice": ("train", "test"),
    "distributions": ("train", "test"),
    "knowledge": ("test",),
    "knowledge_cloze": ("test",),
    "instructed_prompts": ("test",),
    "prompts": ("test",),
    "novel_prompts": ("test",),
    "passages": ("test",),
    "written_questions": ("test",),
    "preferences": ("train",),
}
# Tasks whose items have no right answer, as they say themselves (`GIVES`).
WITHOUT_GOLD = ("choice", "law", "novelty", "open", "position", "text")
# Of items that come without a source, such as imported ones.
DEFAULT = "math"


def own() -> list[str]:
    """Sources that plugins of the study make, each named as its task is."""
    return list(registered_in("wideband.data.sources"))


def task_of(source: str) -> str:
    """The kind of a source's items."""
    return source if source in own() else TASKS.get(source, DEFAULT)


def _draws(value: Any) -> Any:
    """Whole numbers of 1 or more: one for all families, or one for each."""
    counts = value.values() if isinstance(value, dict) else [value]
    if not all(type(count) is int and count > 0 for count in counts):
        raise PydanticCustomError(
            "draws", "write a whole number of 1 or more, or one for each family, as {gaussian: 20, beta: 5}"
        )
    return value


_Counts = int | dict[str, int]
Draws = Annotated[_Counts, BeforeValidator(_draws, json_schema_input_type=_Counts)]
