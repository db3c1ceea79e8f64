"""A multiple-choice question that the policy writes: where it puts the right answer."""

import re
from collections.abc import Iterable, Sequence
from string import ascii_uppercase

from ..scaffolds import Parsed
from . import open as text_of
from .base import Reading, folded

DESCRIPTION = "write a multiple-choice question: the letter that is marked right"
# No `end`: the completion is a whole question, of which the letter is a part.
GIVES = frozenset({"answer", "options", "law"})

TICK, QUOTE = "✓✔✅☑", "\"'”`"
# `Correct Answer: B`, `**Answer:** (B)`, `"correct_answer": "B"`, `The right option is B`, `Answer = B`.
STATED = re.compile(
    r"\b(?:(?:correct|right|best)[ _-]?)?(?:answer|option|choice|letter|ans|solution)(?:[ _-]?key)?"
    rf"[{QUOTE}*_)\]]{{0,6}}[ \t]*(?::|=>|=|->|→|–|—|-[ \t]|\b(?:is|would be)\b[ \t]*:?)(?P<value>[^\n]*)",
    re.I,
)
# What may stand before a letter: marks, brackets, a box, and the word "option".
LEAD = (
    rf"[\s“{QUOTE}*_(\[{{<$:{TICK}]*(?:\\(?:boxed|text|textbf)\{{)?"
    r"(?:(?:option|choice|answer|letter)\s+[(\"'*]*)?"
)
# A letter and what ends it. "A patient" begins with no letter.
LETTER = re.compile(
    rf"{LEAD}(?P<letter>[A-Za-z])"
    rf"(?:\s*(?:$|[)\].:;,}}>*_|—–{QUOTE}{TICK}-])|\s+(?:because|since|as|which|is)\b)"
)
SEVERAL = re.compile(rf"{LEAD}[A-Z][)\].*]*\s*(?:,|/|&|\||\band\b|\bor\b)\s*[(*\"']*[A-Z](?![\w'])")
# An option on a line of its own: `B) Paris`, `(b) Paris`, `- **B.** Paris`, `[x] B: Paris`.
OPTION = re.compile(
    rf"^(?P<before>[ \t>*_#+\-\[\]xX→\"'{TICK}]{{0,12}})\(?(?P<letter>[A-Za-z])[).:\]][*_\"']{{0,3}}"
    r"[ \t]*(?P<text>\S[^\n]*)$",
    re.M,
)
# An option among others on one line: `A) Rome B) Paris`.
INLINE = re.compile(r"(?<!\w)\(?(?P<letter>[A-Za-z])[).][ \t]")
BEHIND = re.compile(r"\s*(?P<line>[^\n]*)")
MARK_BEFORE = re.compile(rf"\[[xX{TICK}]\]|[{TICK}→]|^[ \t]*\*(?![ \t*])")
MARK_AFTER = re.compile(
    r"(?:[(\[{*←–—-][ \t*_]{0,4}(?:this is )?(?:the )?(?:correct|right)(?: (?:answer|option|choice|one))?"
    rf"[\s!.*_)\]}}]*|[{TICK}][\s*_)\]]*)$",
    re.I,
)
# A second question is not the one that was asked for.
NEXT = re.compile(r"^[ \t*_#>]*question\b(?:[^\n:]{0,20}:|[ \t]+\d)", re.I | re.M)


def answers(options: Sequence[str]) -> list[str]:
    """The letters of the options."""
    return list(ascii_uppercase[: len(options)])


def read(parsed: Parsed, options: Sequence[str]) -> Reading:
    """The letter that the first question marks right, once and as one of its options.

    It is stated behind the options (`Correct answer: B`, or the option's text), or marked beside one of
    them (`B) Paris (correct)`). No mark, several letters, or one that no option has: invalid. The answer is
    in one form, `Answer: B`, which is read like what was written.
    """
    text = text_of.read(Parsed(parsed.body, parsed.answer, parsed.tag_valid, parsed.rest)).answer or ""
    question = _first(text)
    lines = list(OPTION.finditer(question))
    listed = _listed([*INLINE.finditer(question), *lines])
    written = {option["letter"].upper(): option["text"] for option in reversed(lines)}
    letter = _stated(question, listed, written) or _marked(question)
    known = {option["letter"].upper() for option in listed} | set(written)
    if letter not in answers(options) or (len(known) > 1 and letter not in known):
        return Reading(None, None)
    return Reading(f"Answer: {letter}", letter)


def _listed(found: Iterable[re.Match[str]]) -> list[re.Match[str]]:
    """The options A, B, ... in their order, at least two; none where there are no such.

    Of two matches of one letter the last one given counts. A second A begins what is said of the options.
    """
    places = {option.start("letter"): option for option in found}
    run: list[re.Match[str]] = []
    for _, option in sorted(places.items()):
        letter = option["letter"].upper()
        if letter == "A" and len(run) > 1:
            break
        if letter == "A":
            run = [option]
        elif run and letter == ascii_uppercase[len(run) % 26]:
            run.append(option)
    return run if len(run) > 1 else []


def _first(text: str) -> str:
    """The first question of a text, which may go on with others."""
    begun = [found.start() for found in NEXT.finditer(text)]
    return text[: begun[1]] if len(begun) > 1 else text


def _stated(question: str, listed: list[re.Match[str]], written: dict[str, str]) -> str | None:
    """The letter of the first statement behind the options that names one.

    "" where it names several, None without any. What stands before the options asks: `Pick the answer:`.
    """
    for found in STATED.finditer(question, listed[-1].end() if listed else 0):
        value = found["value"].strip() or _next_line(question, found.end(), written if listed else {})
        if SEVERAL.match(value):
            return ""
        letter = LETTER.match(value)
        if letter:
            return letter["letter"].upper()
        same = [found_letter for found_letter, text in written.items() if folded(text) == folded(value)]
        if len(same) == 1:
            return same[0]
    return None


def _next_line(question: str, end: int, written: dict[str, str]) -> str:
    """The line below a statement that ends its own; "" where it is an option that was not written before."""
    line = BEHIND.match(question, end)["line"].strip()
    option = OPTION.match(line)
    if option and folded(written.get(option["letter"].upper(), "")) != folded(option["text"]):
        return ""
    return line


def _marked(question: str) -> str | None:
    """The letter of the one option with a mark beside it."""
    marked = {
        option["letter"].upper()
        for option in OPTION.finditer(question)
        if MARK_BEFORE.search(option["before"]) or MARK_AFTER.search(option["text"])
    }
    return marked.pop() if len(marked) == 1 else None
