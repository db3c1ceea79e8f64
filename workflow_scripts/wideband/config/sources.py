"""Names of the sources that slices are drawn from, and the kind of their items."""

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
}
GENERATED = ("gsm8k", "math", "olympiad")
# Of items that come without a source, such as imported ones.
DEFAULT = "math"
