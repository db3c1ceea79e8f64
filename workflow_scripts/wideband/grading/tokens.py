r"""The tokens of an expression: numbers, letters with their index, commands and marks."""

import re

TOKEN = re.compile(
    # math-verify drops the sign of degrees.
    r"(?P<number>(?:\d+(?:\.\d+)?|\.\d+)(?:\^\\circ(?![A-Za-z^]) ?)?)"
    r"|(?P<letter>[A-Za-z](?:_\{[A-Za-z\d]+\}|_[A-Za-z\d](?!\d))?)"
    r"|(?P<function>\\(?:log|ln|sin|cos|tan|sec|csc|cot)(?![A-Za-z])) ?"
    r"|(?P<command>\\(?:frac|sqrt|pi|cdot|times|div|binom|[lr]floor|[lr]ceil)(?![A-Za-z])) ?"
    r"|(?P<mark>[-+*/:^!_(){}\[\]])|(?P<other>.)",
    re.DOTALL,
)

OPENERS, CLOSERS = ("(", "[", r"\{"), (")", "]", r"\}")
PIECE = re.compile(r"\\[A-Za-z]+|\\.|.", re.DOTALL)

Token = tuple[str, str]
END: Token = ("", "")


class Unread(Exception):
    """Not an expression that is understood here."""


def split(text: str) -> list[Token]:
    """Kind and text of each token. Raises Unread."""
    tokens = [(match.lastgroup or "", match[0].rstrip(" ")) for match in TOKEN.finditer(text)]
    if any(kind == "other" for kind, _ in tokens):
        raise Unread
    return tokens


def letters(text: str) -> set[str]:
    """The letters with their index, in lower case as math-verify takes them."""
    return {match[0].lower() for match in TOKEN.finditer(text) if match.lastgroup == "letter"}


def split_outside(text: str, separator: str) -> list[str] | None:
    """`text` at every separator outside brackets; None when brackets do not match in number."""
    parts, depth = [""], 0
    for piece in PIECE.findall(text):
        depth += (piece in (*OPENERS, "{")) - (piece in (*CLOSERS, "}"))
        if depth < 0:
            return None
        if piece == separator and depth == 0:
            parts.append("")
        else:
            parts[-1] += piece
    return parts if depth == 0 else None


class Tokens:
    """Tokens, and the place among them that reading has come to."""

    def __init__(self, tokens: list[Token]) -> None:
        """At the first one."""
        self.tokens, self.at = tokens, 0

    def peek(self, ahead: int = 0) -> str:
        """Text of the next token, or of another near it; empty where there is none."""
        return self._token(ahead)[1]

    def kind(self, ahead: int = 0) -> str:
        """Kind of the same."""
        return self._token(ahead)[0]

    def take(self, wanted: str = "") -> str:
        """The next token's text, which must be `wanted` where that is given. Raises Unread."""
        kind, text = self._token(0)
        if not kind or (wanted and text != wanted):
            raise Unread
        self.at += 1
        return text

    def is_sum_ahead(self) -> bool:
        """Whether the bracket that opens here holds a sum, which math-verify takes for a factor."""
        depth = 0
        for _, text in self.tokens[self.at + 1 :]:
            if depth == 0 and text in ("+", "-", ")"):
                return text != ")"
            depth += (text in ("(", "{")) - (text in (")", "}"))
        return False

    def _token(self, ahead: int) -> Token:
        at = self.at + ahead
        return self.tokens[at] if 0 <= at < len(self.tokens) else END
