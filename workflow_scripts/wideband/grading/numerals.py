"""Plain numbers: one spelling, and exact comparison."""

import re
from decimal import Decimal

NUMBER = r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)"
# Digits and a base, `422_8`, as normalise.py spells them.
BASED = re.compile(r"[\dA-F]+_(\d+)")
PLAIN = re.compile(rf"\s*({NUMBER})\s*(\\%)?\s*")
COMMA_THOUSANDS = re.compile(r"(?<![\d,.])\d{1,3}(?:,\d{3})+(?![\d,])")
SPACE_THOUSANDS = re.compile(r"(?<![\d.] )(?<![\d,.])\d{1,3}(?: \d{3})+(?! ?\d)")
# Beyond this many digits math-verify's floats (15 digits) no longer tell numbers apart as exactly as we do.
FLOAT_DIGITS = 12


def join_thousands(text: str) -> str:
    """Thousands separators taken out of `1,234` and `1 234`; lists, points and intervals are left alone."""
    if re.search(r"[()\[\]{};]|,(?!\d{3}(?!\d))", text):
        return text
    text = COMMA_THOUSANDS.sub(lambda match: match.group().replace(",", ""), text)
    return SPACE_THOUSANDS.sub(lambda match: match.group().replace(" ", ""), text)


def canonical_number(text: str) -> str:
    """`text` itself, or, for a plain number or percentage, its shortest spelling: `+007.50` becomes `7.5`."""
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
