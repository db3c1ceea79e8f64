r"""Gold answers out of the forms that benchmark files keep them in."""

import re

_BOX = re.compile(r"\\(?:boxed|fbox|framebox)(?![A-Za-z])")
_INTEGER = re.compile(r"[+-]?\d+")
_SEPARATED = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?")


def after_hashes(solution: str) -> str:
    """The answer behind the last `####` of a GSM8K solution, no thousands commas; "" without one."""
    _, mark, answer = solution.rpartition("####")
    answer = answer.strip()
    return (answer.replace(",", "") if _SEPARATED.fullmatch(answer) else answer) if mark else ""


def last_boxed(solution: str) -> str:
    r"""The argument of the last `\boxed{}` or `\fbox{}`, braces matched, or of `\boxed 5`; "" without one.

    A box whose braces never close gives "" (the caller reports the uid), never a cut-off answer.
    """
    marks = list(_BOX.finditer(solution))
    if not marks:
        return ""
    rest = solution[marks[-1].end() :].lstrip()
    if rest.startswith("{"):
        return _braced(rest).strip()
    token = re.match(r"[^\s$.,;]+", rest)
    return token.group() if token else ""


def _braced(text: str) -> str:
    depth, escaped = 0, False
    for position, character in enumerate(text):
        if escaped:
            escaped = False
        elif character == "\\":
            escaped = True
        elif character == "{":
            depth += 1
        elif character == "}":
            depth -= 1
            if not depth:
                return text[1:position]
    return ""


def plain_number(answer: object) -> str:
    """A numeric answer as text: 142.0 and "142.0" become "142", "025" becomes "25", 1.5 stays "1.5"."""
    text = str(answer).strip()
    if re.fullmatch(r"[+-]?\d+\.0+", text):
        text = text.split(".")[0]
    return str(int(text)) if _INTEGER.fullmatch(text) else text


def without_dollars(answer: str) -> str:
    """An answer in mathematics without the `$` around its parts and without a closing full stop.

    Several answers are written `$69$,$84$` in OlympiadBench, and lose only the outer signs in the published
    pool (`69$,$84`); both become `69,84`.
    """
    return plain_number(answer.replace("$", "").strip().rstrip(".").strip())


def answer_type(gold: str) -> str:
    """`int` for a whole number, `latex` for anything with a LaTeX command, else `other`."""
    if _INTEGER.fullmatch(gold):
        return "int"
    return "latex" if "\\" in gold else "other"
