"""Where order and number of things count: a gold that names one twice, and points against sets."""

import re
from collections import Counter

from .exact import exact
from .numerals import as_list
from .tokens import split_outside

POINT = re.compile(r"\((?P<inside>[^()\[\]]+)\)")
SET = re.compile(r"\\\{(?P<inside>.+)\\\}")


def counts_otherwise(answer: str, gold: str) -> bool:
    """Whether a gold list names something twice (`1,1,2`) that the answer does not name as often."""
    expected = split_outside(gold, ",") or []
    if len(expected) == len(set(expected)) or not re.search(r"\d", gold):
        return False
    answered = split_outside(answer, ",") or []
    if re.search(r"\\pm|\\cup|text|=", answer + gold):
        return False
    values = [[exact(part) for part in parts] for parts in (answered, expected)]
    if None in values[0] + values[1]:
        return len(answered) != len(expected)
    return Counter(values[0]) != Counter(values[1])


def is_point_beside_set(one: str, other: str) -> bool:
    r"""Whether one of two texts is a point `(2,3)` and the other a set `\{2,3\}`."""
    return (_is_point(one) and _is_set(other)) or (_is_set(one) and _is_point(other))


def _is_point(text: str) -> bool:
    found = POINT.fullmatch(text)
    return found is not None and len(split_outside(found["inside"], ",") or []) > 1


def _is_set(text: str) -> bool:
    """In braces of its own; the grader puts bare groups of digits in braces too."""
    found = SET.fullmatch(text)
    return found is not None and as_list(found["inside"]) is None and r"\{" not in found["inside"]
