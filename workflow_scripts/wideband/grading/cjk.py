"""Chinese, Japanese and Korean words around mathematics: `答案是5。`, `负5`, `3万`, `3分之1`.

Only words that are known not to change a value are taken away. A text with any other word stays whole.
"""

import re

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
    """Whether such words are left in a text."""
    return WORDS.search(text) is not None
