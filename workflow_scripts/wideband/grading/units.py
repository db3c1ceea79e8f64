r"""Units behind a value: `18 dollars`, `30\text{ cm}^2`, `10 km/h`, `45^\circ`, and `5 million`."""

import re

# Letters count with a space before them only; `5m` may well be five times a variable.
SHORT = "km|cm|mm|kg|mg|ml|mL|ft|yd|mi|hr|hrs|in|lb|oz|mph|kph|sq|cu|of|per|an|USD|[mgshlLNJWV]"
GLUED = "km|cm|mm|kg|mg|mL|mph|USD|[A-Za-z]{4,}"
POWER = r"\.?(?:\^\{?[23]\}?)?"
WORD = rf"(?:[A-Za-z]{{3,}}|(?:{SHORT})(?![A-Za-z])){POWER}"
SCALES = {"hundred": 2, "thousand": 3, "million": 6, "billion": 9, "trillion": 12}

SCALED = re.compile(rf"(-?[\d.]+)\s*(?:\\text\{{)?\s*({'|'.join(SCALES)})\b\s*\}}?(.*)", re.DOTALL)
PLAIN_WORDS = re.compile(
    rf"(?P<value>.*[\d)}}])(?:\s+{WORD}|(?:{GLUED})(?![A-Za-z]){POWER})(?:(?:\s+|\s*/\s*){WORD})*", re.DOTALL
)
IN_TEXT = re.compile(
    r"(?P<value>.*[\d)}%].*?)\s*\\(?:text|mathrm|operatorname)\s*\{[^{}]*[A-Za-z][^{}]*\}\s*"
    r"(?:\^\s*(?:\{\s*[23]\s*\}|[23]))?",
    re.DOTALL,
)
DEGREES = re.compile(r"(?P<value>-?[\d.]+)\s*\^\s*\\circ(?:\s*[CF])?")
CURRENCY = re.compile(r"(?P<sign>-?)\s*[€£¥]\s*")


def strip_units(latex: str) -> str:
    """`latex` without the units behind its value; text that is an answer by itself stays."""
    latex = CURRENCY.sub(r"\g<sign>", latex)
    scaled = SCALED.fullmatch(latex)
    if scaled and not re.search(r"\d", scaled.group(3)):
        return f"{scaled.group(1)}\\cdot 10^{{{SCALES[scaled.group(2)]}}}"
    for pattern in (PLAIN_WORDS, IN_TEXT, DEGREES):
        match = pattern.fullmatch(latex)
        if match and _is_value(match.group("value")):
            return match.group("value").strip()
    return latex


def _is_value(text: str) -> bool:
    """Mathematics without words of its own, so that what follows it can only be a unit."""
    return bool(re.search(r"\d", text)) and not re.search(r"(?<![A-Za-z\\])[A-Za-z]{3,}|\\text|,\s*$", text)
