"""One alphabet for every answer: `½`, `x²`, `答案是5。`, full-width and zero-width characters in LaTeX.

Of Chinese, Japanese and Korean words around mathematics (`负5`, `3万`, `3分之1`), only those that are known
not to change a value are taken away. A text with any other word stays whole.
"""

import re
import unicodedata

# Chinese, Japanese and Korean words.
CJK = r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af々]"
WORDS = re.compile(rf"(?:{CJK})+")
SCALES = {"百": 2, "千": 3, "万": 4, "萬": 4, "만": 4, "亿": 8, "億": 8, "억": 8}
NUMBER = r"\d+(?:\.\d+)?"
PERCENT = re.compile(rf"百分之\s*({NUMBER})")
FRACTION = re.compile(r"(\d+)\s*(?:分之|分の|분의)\s*(\d+)(?!\s*[.\d])")
MINUS = re.compile(r"(?:负|負|マイナス|마이너스)\s*(\$?)\s*(?=[\d.(\\])")
# `3千米` and `3千克` are kilometres and kilograms; digits behind a scale (`3万5千`) are not read.
SCALED = re.compile(
    rf"(?<![\d.])({NUMBER})\s*([{''.join(SCALES)}])(?![米克瓦\d\s]*\d|[米克瓦{''.join(SCALES)}])"
)
JOINED = re.compile(
    r"(?<=[\d)}\]$])\s*(?:和|或者|或|与|與|及|以及|と|または|또는|과|와)\s*(?=[-\d({\[$\\a-z])"
)
EQUALS = re.compile(r"(?<=[\w)}\]$])\s*(?:等于|等於|是|为|為|は|은|는|=)+\s*(?=[-\d({\[$\\.])")
# Longer words before those that they begin with.
SAYING = (
    "最后答案|最终答案|最終答案|正确答案|正解|答案|答え|答|정답|답|所以|因此|因而|于是|從而|从而|故|即|则|那么|解得|得到"
    "|可得|得|結果|结果|等于|等於|是|为|為|は|은|는|です|である|でした|だ|입니다|이다|よって|したがって|ゆえに|따라서|그러므로"
    "|选择|选项|选|選|一共|总共|共|有|约为|大约|约|我的|本题|这题|的|了"
)
SUBJECTS = "面积|面積|体积|體積|周长|周長|长度|概率|总数|总和|最大值|最小值|넓이|합"
UNITS = (
    "平方厘米|平方分米|平方毫米|平方千米|平方米|立方厘米|立方分米|立方米|厘米|分米|毫米|千米|公里|米|千克|公斤|毫克|克"
    "|吨|毫升|升|分钟|小时|秒|天|岁|歲|度|元|角|円|圆|块|个|個|つ|人|名|只|本|页|次|种|種|条|張|张|枚|匹|원|개|명|살"
)
ANSWER = re.compile(r"^(?:最后|最终|最終|正确)?(?:答案|答え|정답|답)\s*(?:是|为|為|は|은)?\s*:?\s*(?=\S)")
HARMLESS = re.compile(f"{SAYING}|{SUBJECTS}|{UNITS}")

# Characters of other alphabets and styles.
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


def without_cjk(text: str) -> str:
    """The mathematics that harmless words stand around; any other text whole, without `答案是`."""
    bare = WORDS.sub("", text)
    if len(bare) == len(text):
        return text
    if not any(map(str.isalnum, bare)):
        return ANSWER.sub("", text)
    found = FRACTION.sub(r"\\frac{\2}{\1}", PERCENT.sub(r"\1%", text))
    found = MINUS.sub(r"\1-", found)
    found = SCALED.sub(lambda match: rf"{match[1]}\cdot 10^{{{SCALES[match[2]]}}}", found)
    found = HARMLESS.sub(" ", EQUALS.sub(" = ", JOINED.sub(", ", found)))
    return text if WORDS.search(found) else found.strip()


def has_cjk(text: str) -> bool:
    """Whether Chinese, Japanese or Korean words are left in a text."""
    return WORDS.search(text) is not None


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
