"""One function for each check: a text, and what the instruction says, to whether the text follows it.

What an instruction says is data: it is compared, never taken for a pattern.
"""

import json
import re
from collections.abc import Callable

ANSWERS = ("My answer is yes.", "My answer is no.", "My answer is maybe.")
SENTENCE_END = re.compile(r"[.!?]+|\n")
WORD = re.compile(r"\w+")
CASED = re.compile(r"[^\W_]+(?:['\u2019-][^\W_]+)*")
PLACEHOLDER = re.compile(r"\[[^\[\]\n]*\]")
# Between two parts in double asterisks stands no third: an empty pair is a match of its own.
HIGHLIGHTS = (re.compile(r"\*[^\n*]*\*"), re.compile(r"\*\*[^\n*]*\*\*"))
FENCE = re.compile(r"```(?:json)?", re.IGNORECASE)


def _related(count: int, relation: str, number: int) -> bool:
    if relation not in ("at least", "less than"):
        raise TypeError(f"unknown relation {relation!r}")
    return count >= number if relation == "at least" else count < number


def existence(text: str, keywords: list[str]) -> bool:
    """All keywords occur, in any letter case."""
    return all(keyword.lower() in text.lower() for keyword in keywords)


def frequency(text: str, keyword: str, frequency: int, relation: str) -> bool:
    """A keyword occurs often, or rarely, enough."""
    return _related(text.lower().count(keyword.lower()), relation, frequency)


def forbidden(text: str, forbidden_words: list[str]) -> bool:
    """None of the words occurs as a whole word."""
    return not any(re.search(rf"\b{re.escape(word)}\b", text, re.IGNORECASE) for word in forbidden_words)


def letters(text: str, letter: str, let_frequency: int, let_relation: str) -> bool:
    """A letter occurs often, or rarely, enough."""
    return _related(text.lower().count(letter.lower()), let_relation, let_frequency)


def sentences(text: str, num_sentences: int, relation: str) -> bool:
    """Enough sentences, or few enough."""
    return _related(sum(bool(part.strip()) for part in SENTENCE_END.split(text)), relation, num_sentences)


def words(text: str, num_words: int, relation: str) -> bool:
    """Enough words, or few enough."""
    return _related(len(WORD.findall(text)), relation, num_words)


def paragraphs(text: str, num_paragraphs: int) -> bool:
    """So many paragraphs divided by ***, none of them empty but at an end."""
    parts = [part.strip() for part in text.split("***")]
    inner = parts[1:-1] if len(parts) > 1 else parts
    return all(inner) and sum(map(bool, parts)) == num_paragraphs


def first_word(text: str, num_paragraphs: int, nth_paragraph: int, first_word: str) -> bool:
    """So many paragraphs divided by empty lines, one of which begins with a word."""
    parts = text.split("\n\n")
    count = sum(bool(part.strip()) for part in parts)
    if nth_paragraph > count or not parts[nth_paragraph - 1].strip():
        return False
    begun = parts[nth_paragraph - 1].split()[0].lstrip("'\"")
    word = re.split(r"[.,?!'\"]", begun)[0].lower()
    return count == num_paragraphs and word == first_word.lower()


def placeholders(text: str, num_placeholders: int) -> bool:
    """Enough [placeholders]."""
    return len(PLACEHOLDER.findall(text)) >= num_placeholders


def postscript(text: str, postscript_marker: str) -> bool:
    """A postscript under its marker, blanks in it aside."""
    return "".join(postscript_marker.lower().split()) in "".join(text.lower().split())


def bullets(text: str, num_bullets: int) -> bool:
    """Exactly so many lines that begin with * or -."""
    lines = [line.strip() for line in text.split("\n")]
    starred = [line for line in lines if len(line) > 1 and line[0] == "*" and line[1] != "*"]
    return len(starred) + sum(line.startswith("-") for line in lines) == num_bullets


def highlights(text: str, num_highlights: int) -> bool:
    """Enough *highlighted* parts."""
    found = [part for style in HIGHLIGHTS for part in style.findall(text)]
    return sum(bool(part.strip("*").strip()) for part in found) >= num_highlights


def sections(text: str, section_spliter: str, num_sections: int) -> bool:
    """Enough sections, each under the word and a number."""
    return len(re.findall(rf"{re.escape(section_spliter)}\s?\d+", text)) >= num_sections


def constrained(text: str) -> bool:
    """One of three answers is in it."""
    return any(answer in text for answer in ANSWERS)


def is_json(text: str) -> bool:
    """The whole of it is JSON, in a fence or not."""
    body = FENCE.sub("", text.strip(), count=1) if text.strip().startswith("```") else text
    try:
        json.loads(body.strip().removesuffix("```"))
    except (ValueError, RecursionError):
        return False
    return True


def title(text: str) -> bool:
    """A line with a <<title>>."""
    for line in text.split("\n"):
        _, opened, rest = line.partition("<<")
        inside, closed, _ = rest.rpartition(">>")
        if opened and closed and inside.lstrip("<").rstrip(">").strip():
            return True
    return False


def two_responses(text: str) -> bool:
    """Two different responses divided by ******."""
    parts = [part.strip() for part in text.split("******")]
    responses = [part for part in parts if part]
    return all(parts[1:-1]) and len(responses) == 2 and responses[0] != responses[1]


def repeats(text: str, prompt_to_repeat: str) -> bool:
    """It begins with the request, word for word."""
    return text.strip().lower().startswith(prompt_to_repeat.strip().lower())


def ends(text: str, end_phrase: str) -> bool:
    """It ends with a phrase, quotation marks aside."""
    return text.strip().strip('"').lower().endswith(end_phrase.strip().lower())


def capitals(text: str, capital_frequency: int, capital_relation: str) -> bool:
    """Enough words in capitals alone, or few enough."""
    return _related(sum(word.isupper() for word in CASED.findall(text)), capital_relation, capital_frequency)


CHECKS: dict[str, Callable[..., bool]] = {
    "keywords:existence": existence,
    "keywords:frequency": frequency,
    "keywords:forbidden_words": forbidden,
    "keywords:letter_frequency": letters,
    "length_constraints:number_sentences": sentences,
    "length_constraints:number_paragraphs": paragraphs,
    "length_constraints:number_words": words,
    "length_constraints:nth_paragraph_first_word": first_word,
    "detectable_content:number_placeholders": placeholders,
    "detectable_content:postscript": postscript,
    "detectable_format:number_bullet_lists": bullets,
    "detectable_format:constrained_response": constrained,
    "detectable_format:number_highlighted_sections": highlights,
    "detectable_format:multiple_sections": sections,
    "detectable_format:json_format": is_json,
    "detectable_format:title": title,
    "combination:two_responses": two_responses,
    "combination:repeat_prompt": repeats,
    "startend:end_checker": ends,
    "startend:quotation": lambda text: len(text.strip()) > 1 and text.strip()[0] == text.strip()[-1] == '"',
    "change_case:capital_word_frequency": capitals,
    "change_case:english_capital": str.isupper,
    "change_case:english_lowercase": str.islower,
    "punctuation:no_comma": lambda text: "," not in text,
}
