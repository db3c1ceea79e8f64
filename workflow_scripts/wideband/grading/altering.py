"""Words that change the value they stand beside: `not 5`, `less than 5`, `5 dozen`, `minus 5`.

No rule for sentences or units may take them away: a text with them is compared as a whole.
"""

import re

DENYING = re.compile(
    r"\b(?:not|never|cannot|neither|nor|no(?!\.)|without|except|excluding|unless|un(?:true|equal)|false|wrong|incorrect"
    r"|invalid|impossible|extraneous|reject(?:ed|s)?|discard(?:ed|s)?|exclude[sd]?|instead|rather)\b|n['\u2019]t\b",
    re.IGNORECASE,
)
PART = (
    r"(?:third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|(?:twent|thirt|fort|fift|sixt|sevent|eight|ninet)ieth"
    r"|hundredth|thousandth|millionth|billionth|quarter)"
)
SCALING = re.compile(
    r"\b(?:(?:less|more|fewer|greater|larger|smaller|bigger|higher|lower|other)\s+than|at\s+(?:most|least)|up\s+to"
    r"|(?:over|under|above|below|beyond|before|after|exceed(?:s|ing)?)(?=\s*[$\\\d])|below\s+zero|minus|negative|opposite|reciprocal"
    rf"|doz(?:ens?|\.)?|gross(?=\s*$)|(?<=\d\s)score|scores|half|halves|{PART}s|(?<=\b1\s){PART}|squared|cubed|factorial|(?:square|cube|squared)\s+(?:root|of)"
    r"|root\s+of|roots?\s*$|twice|thrice|doubled?|tripled?|halved)\b",
    re.IGNORECASE,
)
MINUS = re.compile(
    r"(?<!\\)\b(?:minus|negative)\s+(\$|\\\()?\s*(?=[\d.(]|\\(?:d?frac|sqrt|pi))", re.IGNORECASE
)
# What an answer is told apart from: `18, not 20`.
CONTRAST = re.compile(r"(?<=[\d}$)])\s*(?:,\s*(?:and\s+)?not\s+[-$\d\\][^,;]*|\(not\s[^()]*\)\.?)$")
WRAPPED = re.compile(r"\\(?:text|mbox|textnormal|textrm|textbf|textit|mathrm|operatorname)\s*\{([^{}]*)\}")
CLAUSE = re.compile(r"[,;.]\s+")
VERB = re.compile(r".*(?:\b(?:is|are|was|were|be|equals)\b|[=:])\s*(?=\S)", re.DOTALL)
MARKS = re.compile(r"[{}$\\]+")
VERBATIM = re.compile(r"\\text\{(?=[^{}]*\d)(?=[^{}]*[A-Za-z]{3})[^{}]*\}")


def signed(text: str) -> str:
    """`minus 5` and `negative 5` as `-5`."""
    return MINUS.sub(lambda match: f"{match[1] or ''}-", text)


def without_contrast(text: str) -> str:
    """`text` without what it says that the answer is not, behind the answer."""
    return CONTRAST.sub("", text)


def is_altered(text: str) -> bool:
    """Whether such a word stands in the clause, or behind the verb, where the answer is."""
    words = WRAPPED.sub(r" \1 ", text)
    if not re.search(r"\d|\$|\\\(", words):
        return False
    clause = CLAUSE.split(words)[-1]
    return bool(DENYING.search(clause) or SCALING.search(VERB.sub("", clause)))


def verbatim(text: str) -> str:
    """A text that is compared as it stands, without case and marks."""
    words = MARKS.sub(" ", WRAPPED.sub(r" \1 ", text)).lower().split()
    return f"\\text{{{' '.join(words)}}}"


def is_verbatim(text: str) -> bool:
    """Whether a normalised text is words with a number among them."""
    return VERBATIM.fullmatch(text) is not None
