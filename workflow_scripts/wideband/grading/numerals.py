"""Plain numbers: one spelling, and exact comparison."""

import re
from decimal import Context, Decimal

NUMBER = r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)"
# Digits and a base, `422_8`, as normalise.py spells them.
BASED = re.compile(r"[\dA-F]+_(\d+)")
PLAIN = re.compile(rf"\s*({NUMBER})\s*(\\%)?\s*")
COMMA_THOUSANDS = re.compile(r"(?<![\d,.])\d{1,3}(?:,\d{3})+(?![\d,])")
# `1.234.567` and `1.234.567,89`; a single group may be a decimal. Then `1'234'567` and `1_234_567`.
POINT_THOUSANDS = re.compile(r"(?<![\d,.])\d{1,3}(?:\.\d{3}){2,}(?:,\d+)?(?![\d.]*\d)(?!,)")
OTHER_THOUSANDS = re.compile(r"(?<![\w,.'{}])\d{1,3}(?:(?:'\d{3})+|(?:_\d{3}){2,})(?![\w'])")
SPACED_ZEROS = re.compile(r"(?<![\d,.])(?<!\d,\s)[1-9]\d{0,2}(?:,\s+\d{3})*,\s+0\d\d(?:,\s+\d{3})*(?![\d,])")
LIST_MARKS = re.compile(r"[()\[\]{};]|,(?!\d{3}(?!\d))")
GROUPED = re.compile(r"-?\d{1,3}(?:(?:,\s*|\s+)\d{3})+")
# A number times a power of ten, as normalise.py spells it.
SCALED = re.compile(rf"({NUMBER})(?:\\cdot|\\times|\*)\s*10\^(?:\{{([+-]?\d{{1,4}})\}}|(\d))")
MOST_ZEROS, EXACT = 100, Context(prec=1000)
SPACE_THOUSANDS = re.compile(r"(?<![\d.] )(?<![\d,.])\d{1,3}(?: \d{3})+(?! ?\d)")
# Beyond this many digits math-verify's floats (15 digits) no longer tell numbers apart as exactly as we do.
FLOAT_DIGITS = 12


def join_thousands(text: str) -> str:
    """Thousands separators taken out of `1,234`, `1 234` and `1.234.567`; of a list, out of its parts alone.

    A comma with a space behind it parts a list: `81, 256` is two numbers, `1,000, 2,000` too.
    """
    text = POINT_THOUSANDS.sub(lambda match: match[0].replace(".", "").replace(",", "."), text)
    text = OTHER_THOUSANDS.sub(lambda match: re.sub("['_]", "", match[0]), text)
    if LIST_MARKS.search(text):
        parts = re.split(r"(,\s+)", text)
        if len(parts) == 1 or any(map(re.compile(r"(?<!\d),|,(?!\d{3}(?!\d))").search, parts[::2])):
            return text
        return _zeros_joined("".join(map(_joined, parts)))
    return _zeros_joined(_joined(text))


def _joined(text: str) -> str:
    text = COMMA_THOUSANDS.sub(lambda match: match.group().replace(",", ""), text)
    return SPACE_THOUSANDS.sub(lambda match: match.group().replace(" ", ""), text)


def _zeros_joined(text: str) -> str:
    """`115, 000` as the number it must be: no list holds `000`."""
    return SPACED_ZEROS.sub(lambda match: re.sub(r",\s+", "", match[0]), text)


def as_list(text: str) -> str | None:
    """What groups of digits with commas are as a list, None where they can only be a number: `115,000`."""
    groups = re.split(r",\s*|\s+", text)
    if not GROUPED.fullmatch(text) or any(group.startswith("0") and group != "0" for group in groups[1:]):
        return None
    return rf"\{{{','.join(groups)}\}}"


def canonical_number(text: str) -> str:
    """`text` itself, or, for a plain number or percentage, its shortest spelling: `+007.50` becomes `7.5`."""
    scaled = SCALED.fullmatch(text)
    if scaled and abs(int(scaled[2] or scaled[3])) <= MOST_ZEROS:
        text = f"{Decimal(scaled[1]).scaleb(int(scaled[2] or scaled[3]), EXACT):f}"
    match = PLAIN.fullmatch(text)
    if match is None:
        return text
    sign = "-" if match.group(1).startswith("-") else ""
    whole, _, fraction = match.group(1).lstrip("+-").partition(".")
    fraction = fraction.rstrip("0")
    digits = (whole.lstrip("0") or "0") + (f".{fraction}" if fraction else "")
    return ("" if digits == "0" else sign) + digits + (match.group(2) or "")


def differ(answer: str, gold: str) -> bool:
    """True when both are canonical plain numbers that no rounding of math-verify's can make equal.

    Also when both name different bases, which math-verify does not read.
    """
    bases = BASED.fullmatch(answer), BASED.fullmatch(gold)
    if all(bases) and bases[0].group(1) != bases[1].group(1):
        return True
    if not (_is_plain(answer) and _is_plain(gold)):
        return False
    if "." not in answer + gold:
        return answer != gold
    if max(len(answer), len(gold)) > FLOAT_DIGITS:
        return False
    # math-verify rounds floats to six decimals.
    return abs(Decimal(answer) - Decimal(gold)) > Decimal("0.00001")


def _is_plain(text: str) -> bool:
    match = PLAIN.fullmatch(text)
    return match is not None and not match.group(2)
