r"""Units behind a value: `18 dollars`, `30\text{ cm}^2`, `9.8 m s^{-2}`, `60\frac{km}{h}`, `5 million`."""

import re

# Letters count with a space before them only; `5m` may well be five times a variable.
SHORT = (
    "km|cm|mm|nm|kg|mg|ml|mL|ft|yd|mi|hr|hrs|in|lb|lbs|oz|mph|kph|kmh|sq|cu|of|per|an|USD|EUR|GBP|Hz|kHz|kJ|kW|kPa|Pa|mol"
    "|eV|rad|ms|[mgshlLNJWV]"
)
GLUED = "km|cm|mm|kg|mg|mL|mph|USD|EUR|[A-Za-z]{4,}"
EXPONENT = r"(?:\.?\^\s*(?:\{\s*-?\s*\d\s*\}|-?\d))?"
WORD = rf"(?:[A-Za-z]{{3,}}|(?:{SHORT})(?![A-Za-z])){EXPONENT}"
BETWEEN = r"(?:\s*/\s*|\s*\\cdot\s*|\s*\*\s*|\s+)"
SCALES = {"hundred": 2, "thousand": 3, "million": 6, "billion": 9, "trillion": 12}
# Inside of commands no letter is a variable; `9.8\mathrm{m\,s^{-2}}`.
SET = r"\\(?:text|mathrm|operatorname|textrm|mbox|rm|unit|si)\s*"
WORDED = r"\\(?:text|mathrm|mbox|unit|si)(?![a-z])"
INSIDE = r"\{(?:[^{}]|\{[^{}]*\})*[A-Za-z](?:[^{}]|\{[^{}]*\})*\}"
IN_SET = rf"{SET}{INSIDE}\s*{EXPONENT}"
UNIT_FRACTION = rf"\\frac\s*\{{\s*(?:{IN_SET}|{WORD})\s*\}}\s*\{{\s*(?:{IN_SET}|{WORD})\s*\}}"
NUMBER = r"-?[\d.,]*\d"

SCALED = re.compile(rf"(-?[\d.]+)\s*(?:\\text\{{)?\s*({'|'.join(SCALES)})\b\s*\}}?(.*)", re.DOTALL)
PLAIN_WORDS = re.compile(
    rf"(?P<value>.*[\d)}}])(?:\s+{WORD}|(?:{GLUED})(?![A-Za-z]){EXPONENT})(?:{BETWEEN}{WORD})*\.?", re.DOTALL
)
IN_TEXT = re.compile(
    rf"(?P<value>(?:(?!{WORDED}).)*[\d)}}%](?:(?!{WORDED}).)*?)\s*{IN_SET}(?:{BETWEEN}?{IN_SET})*", re.DOTALL
)
FRACTION = re.compile(
    rf"(?P<value>{NUMBER}|-?\\frac\{{\d+\}}\{{\d+\}})\s*(?:\\cdot)?\s*{UNIT_FRACTION}", re.DOTALL
)
DEGREES = re.compile(r"(?P<value>-?[\d.]+)\s*\^\s*\\circ(?:\s*[CFK])?")
CURRENCY = re.compile(r"(?P<sign>-?)\s*[€£¥₹₩₽]\s*|^(?:USD|EUR|GBP|US|Rs\.?)\s*(?=[-\d])")


def strip_units(latex: str) -> str:
    """`latex` without the units behind its value; text that is an answer by itself stays."""
    latex = CURRENCY.sub(lambda match: match["sign"] or "", latex)
    scaled = SCALED.fullmatch(latex)
    if scaled and not re.search(r"\d", scaled.group(3)):
        return f"{scaled.group(1)}\\cdot 10^{{{SCALES[scaled.group(2)]}}}"
    for pattern in (PLAIN_WORDS, IN_TEXT, FRACTION, DEGREES):
        match = pattern.fullmatch(latex)
        if match and _is_value(match.group("value")):
            return match.group("value").strip()
    return latex


def _is_value(text: str) -> bool:
    """Mathematics without words of its own, so that what follows it can only be a unit."""
    return bool(re.search(r"\d", text)) and not re.search(
        r"(?<![A-Za-z\\])[A-Za-z]{3,}|\\text|[,^]\s*$", text
    )
