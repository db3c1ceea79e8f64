r"""Sets of real numbers in one notation: `]2,3[`, `x<0` or `x>1`, all real numbers, no solution."""

import re

WRAPPER = re.compile(r"\\(?:text|mbox|textnormal|textrm|textbf|textit|mathrm)\s*\{([^{}]*)\}")
NAMED_REALS = re.compile(
    r"\\(?:mathbb|mathbf|Bbb|mathds)\s*(?:\{\s*R\s*\}|R(?![A-Za-z]))|\\(?:R|reals)(?![A-Za-z])"
)
REALS = re.compile(
    r"(?:.*(?:\b(?:is|are|be)\b|[=:]|\\in)\s*)?(?:the\s+set\s+of\s+)?(?:for\s+)?(?:all|any|every|each)\s+"
    r"(?:possible\s+)?real(?:s|\s+numbers?|\s+values?(?:\s+of)?)?(?:\s*,?\s*[a-z])?"
    r"(?:\s*,?\s*(?:except|excluding|other\s+than|but|besides)\s*(?:for\s+)?(?:[a-z]\s*=)?\s*(?P<but>[^A-Za-z]*))?",
    re.DOTALL | re.IGNORECASE,
)
SIGNED = re.compile(
    r"(?:.*(?:\b(?:is|are|be)\b|[=:])\s*)?(?:the\s+set\s+of\s+)?(?:for\s+)?(?:(?:all|any|every|each)\s+)?(?:the\s+)?"
    r"(?P<sign>non-?\s?negative|non-?\s?positive|positive|negative)\s+real(?:s|\s+numbers?)",
    re.DOTALL | re.IGNORECASE,
)
NONE = re.compile(
    r"(?:there\s+(?:is|are|exists?)\s+)?no\s+(?:real\s+)?solutions?(?:\s+exists?)?|(?:the\s+)?(?:empty|null)\s+set"
    r"|\\varnothing|\\\{\s*\\\}",
    re.IGNORECASE,
)
OR = r"(?:\\text\{[\s,]*or\s*\}|(?<![A-Za-z\\])or(?![A-Za-z])|\\(?:lor|vee)(?![A-Za-z]))"
AND = r"(?:\\text\{[\s,]*and\s*\}|(?<![A-Za-z\\])and(?![A-Za-z])|\\(?:land|wedge)(?![A-Za-z]))"
BOTH = re.compile(rf"\s*,?\s*{AND}\s*")
JOINED = re.compile(rf"\s*,?\s*(?:{OR}|{AND}|\\cup(?![A-Za-z]))\s*")

LESS = r"\s*(?P<{0}><=?|>=?|\\(?:leqslant|leq|le|lt|geqslant|geq|ge|gt)(?![A-Za-z]))\s*"
VALUE = r"(?P<{0}>[^<>=,]+?)"
LETTER = r"(?P<letter>\\?[A-Za-z]+(?:_\w)?)"
BOUNDED = re.compile(
    f"{VALUE.format('low')}{LESS.format('first')}{LETTER}{LESS.format('second')}{VALUE.format('high')}"
)
RAY = re.compile(f"{LETTER}{LESS.format('first')}{VALUE.format('high')}")
YAR = re.compile(f"{VALUE.format('low')}{LESS.format('first')}{LETTER}")
EQUAL = re.compile(rf"{LETTER}\s*=\s*{VALUE.format('only')}")
NUMBER_LETTER = re.compile(r"\\(?:pi|infty)|e")

MEMBER = re.compile(r"[A-Za-z]\s*\\in(?![A-Za-z])\s*")
# Brackets turned outwards, as in France: `]2,3[`.
END = r"((?:[^\[\](){},;]|\{[^{}]*\}|\((?:[^()]*)\))+)"
TURNED = re.compile(rf"(?P<open>[\[\]])\s*{END}\s*[,;]\s*{END}\s*(?P<close>[\[\]])")
INTERVAL = re.compile(rf"(?P<open>[\[(])\s*{END}\s*,\s*{END}\s*(?P<close>[\])])")


def named_set(text: str) -> str | None:
    r"""`\mathbb{R}` or `\emptyset` where words say no more than that, with what they except."""
    words = " ".join(WRAPPER.sub(r" \1 ", text).replace("$", " ").split()).rstrip(" .")
    if NONE.fullmatch(words):
        return r"\emptyset"
    signed = SIGNED.fullmatch(words)
    if signed:
        return _half_line(signed["sign"].lower())
    found = REALS.fullmatch(words)
    if found is None:
        return None
    but = (found["but"] or "").strip(" .")
    return rf"\mathbb{{R}}\setminus\{{{but}\}}" if but else r"\mathbb{R}"


def _half_line(sign: str) -> str:
    """The interval that `positive` or `non-negative` names."""
    closed, above = sign.startswith("non"), sign.endswith("negative") == sign.startswith("non")
    if above:
        return rf"{'[' if closed else '('}0,\infty)"
    return rf"(-\infty,0{']' if closed else ')'}"


def one_notation(latex: str) -> str:
    r"""Intervals with their brackets turned inwards, and unions and ranges of one letter as such."""
    latex = NAMED_REALS.sub(r"\\mathbb{R}", latex)
    if "[" in latex or "]" in latex:
        latex = TURNED.sub(_turned, latex)
    if not re.search(r"[<>]|\\[lg]|\\cup|\\infty|[\[\]]", latex):
        return latex
    return _range(latex) or _union(latex) or latex


def _turned(match: re.Match[str]) -> str:
    opened, closed = match["open"], match["close"]
    if (opened, closed) == ("[", "]"):
        return match[0]
    return (
        f"{'(' if opened == ']' else '['}{match[2].strip()},{match[3].strip()}{')' if closed == '[' else ']'}"
    )


def _range(latex: str) -> str | None:
    """`x>1` and `x<3` as one interval."""
    parts = BOTH.split(latex)
    found = [RAY.fullmatch(part.strip()) for part in parts]
    if len(parts) != 2 or None in found or found[0]["letter"] != found[1]["letter"]:
        return None
    low, high = sorted(found, key=lambda one: _is_less(one["first"]))
    if _is_less(low["first"]) or not _is_less(high["first"]):
        return None
    return _between(low["high"], high["high"], _is_strict(low["first"]), _is_strict(high["first"]))


def _union(latex: str) -> str | None:
    r"""What `or` or `\cup` joins, when it is about one letter or begins as intervals do."""
    parts = [part.strip() for part in JOINED.split(latex)]
    if len(parts) < 2:
        return None
    related = [_related(part) for part in parts]
    if None not in related and len({letter for letter, _ in related}) == 1 and not BOTH.search(latex):
        return (
            r"\cup ".join(span for _, span in related)
            if any("(" in span or "[" in span for _, span in related)
            else None
        )
    spans = [INTERVAL.fullmatch(MEMBER.sub("", part)) for part in parts]
    if None in spans or not any(map(_is_interval, spans)):
        return None
    return r"\cup ".join(span[0] for span in spans)


def _is_interval(span: re.Match[str]) -> bool:
    """Whether two ends in brackets can only be an interval: `(1,2]`, `(1,\\infty)`."""
    return span["open"] + span["close"] != "()" or r"\infty" in span[0]


def _related(part: str) -> tuple[str, str] | None:
    """The letter and the interval of a comparison of one letter with numbers."""
    found = BOUNDED.fullmatch(part)
    if found:
        ends = [(found["low"], found["first"]), (found["high"], found["second"])]
        if _is_less(found["first"]) != _is_less(found["second"]):
            return None
        low, high = ends if _is_less(found["first"]) else ends[::-1]
        return found["letter"], _between(low[0], high[0], _is_strict(low[1]), _is_strict(high[1]))
    found = RAY.fullmatch(part)
    if found and not NUMBER_LETTER.fullmatch(found["letter"]):
        return found["letter"], _ray(found["high"], found["first"], _is_less(found["first"]))
    found = YAR.fullmatch(part)
    if found and not NUMBER_LETTER.fullmatch(found["letter"]):
        return found["letter"], _ray(found["low"], found["first"], not _is_less(found["first"]))
    found = EQUAL.fullmatch(part)
    return (found["letter"], rf"\{{{found['only']}\}}") if found else None


def _ray(end: str, sign: str, below: bool) -> str:
    return (
        _between(r"-\infty ", end, True, _is_strict(sign))
        if below
        else _between(end, r"\infty ", _is_strict(sign), True)
    )


def _between(low: str, high: str, low_open: bool, high_open: bool) -> str:
    return f"{'(' if low_open else '['}{low},{high}{')' if high_open else ']'}"


def _is_less(sign: str) -> bool:
    return sign.startswith(("<", r"\l"))


def _is_strict(sign: str) -> bool:
    return sign in ("<", ">", r"\lt", r"\gt")
