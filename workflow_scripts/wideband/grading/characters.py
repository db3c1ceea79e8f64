r"""One alphabet for every answer: `½`, `x²`, `答案是5。`, full-width and zero-width characters in LaTeX."""

import re
import unicodedata

from .cjk import without_cjk

SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ⁿⁱ", "0123456789+-()ni")
SUBSCRIPTS = str.maketrans("₀₁₂₃₄₅₆₇₈₉₊₋", "0123456789+-")
RAISED = re.compile(r"[⁰¹²³⁴-⁹⁺⁻⁽⁾ⁿⁱ]+")
LOWERED = re.compile(r"[₀-₉₊₋]+")
# What NFKC would not write as LaTeX does; the rest of full-width and styled characters it maps itself.
SIGNS = str.maketrans(
    {
        **dict.fromkeys("−–\u2012—―\ufe63\uff0d", "-"),
        **dict.fromkeys("。｡", "."),
        **dict.fromkeys("、﹑", ","),
        **dict.fromkeys("【】「」『』《》〈〉“”„«»\u2039\u203a", " "),
        **dict.fromkeys("\u2044\u2215", "/"),
        **dict.fromkeys("\u2018\u2019\uff07", "'"),
        **dict.fromkeys("Ω\u2126", r"\Omega "),
        **dict.fromkeys("µμ", r"\mu "),
        **dict.fromkeys("≔", "="),
        "∞": r"\infty ",
        "π": r"\pi ",
        "√": r"\sqrt ",
        "×": r"\times ",
        "÷": r"\div ",
        **dict.fromkeys("·⋅∙•・", r"\cdot "),
        "\u2217": "*",
        **dict.fromkeys("°∘", r"^\circ "),
        **dict.fromkeys("≤⩽", r"\le "),
        **dict.fromkeys("≥⩾", r"\ge "),
        "≠": r"\ne ",
        **dict.fromkeys("≈≃", r"\approx "),
        "±": r"\pm ",
        "∪": r"\cup ",
        "∩": r"\cap ",
        "∈": r"\in ",
        "\u2216": r"\setminus ",
        **dict.fromkeys("∅⌀", r"\emptyset "),
        "\u211d": r"\mathbb{R}",
        "∠": r"\angle ",
        "⌊": r"\lfloor ",
        "⌋": r"\rfloor ",
        "⌈": r"\lceil ",
        "⌉": r"\rceil ",
    }
)


def plain(text: str) -> str:
    """`text` in ASCII and LaTeX; a text of Chinese, Japanese or Korean words alone stays as it is."""
    if text.isascii():
        return text
    text = "".join(character for character in text if unicodedata.category(character) != "Cf")
    text = RAISED.sub(lambda match: f"^{{{match[0].translate(SUPERSCRIPTS)}}}", text)
    text = LOWERED.sub(lambda match: f"_{{{match[0].translate(SUBSCRIPTS)}}}", text)
    text = "".join(map(_fraction, text)).translate(SIGNS)
    return without_cjk(unicodedata.normalize("NFKC", text))


def _fraction(character: str) -> str:
    """One of `½ ¾ ⅓` as LaTeX."""
    kind, *codes = unicodedata.decomposition(character).split() or [""]
    if kind != "<fraction>" or codes[-1] == "2044":
        return character
    top, bottom = "".join(chr(int(code, 16)) for code in codes).split("\u2044")
    return f"\\frac{{{top}}}{{{bottom}}}"
