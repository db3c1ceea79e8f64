"""What counts as a number typed by hand.

A literal is a word with a numeral in it (any script's digits, fractions and Roman numerals as well), in text
that is bound to nothing: not inside an element with `data-number`, `data-setting`, `data-cell` or
`data-verbatim`, nor in `code`, which the audit holds against the records and tables by rendering the page
again. Attributes that are read out or shown count as text. Styles and scripts of a page may be those of the
site's own templates and no others. Names that come from the study file are no literals: its name and title,
arms, stages, checkpoints, slices, benchmarks and base models, each with `_` read as a space as well,
`pass@k` for every k that a benchmark allows, every paraphrase of an answer space, and imported measures.
Templates, which know no study: see `typed`.
"""

import re
from collections.abc import Collection, Iterable, Iterator

from ..config import Study
from ..config.runs import pooled
from ..metrics import judge_names
from ..numbers.plan_answers import asked
from .names import arm_title, checkpoint_title, paraphrase_title, space_title
from .read_page import Page

STYLE = re.compile(r"(?:\.arm-\d+ \{ --arm: #[0-9a-fA-F]{3,8}; \}\s*)*")
STYLED = re.compile(r"min-height:\d+px")


def study_names(study: Study) -> list[str]:
    """Names of the study file that hold a digit and a letter, longest first."""
    steps = [step for stage in study.stages for step in study.step_checkpoints(stage)]
    # Accuracy is called pass@1 of laws without any rollout, too.
    ks = range(1, max([1, *(body.n for body in study.benchmarks.values())]) + 1)
    ways = max((part.paraphrases for part in study.data.slices.values()), default=1)
    named = [
        *(study.name, study.title, study.band.pool, study.band.heldout.slice),
        *(*study.arms, *pooled(study).arms, *study.stations(), *steps, *study.data.slices, *study.benchmarks),
        *(
            text
            for part in study.data.slices.values()
            for name in asked(part)
            for text in (name, space_title(name))
        ),
        *study.bases(),
        *(body.title for body in (*study.benchmarks.values(), *study.stages.values()) if body.title),
        *(checkpoint_title(study, step) for step in steps),
        *(arm_title(whole, arm) for whole in (study, pooled(study)) for arm in whole.arms),
        *(study.texts.tokens if study.texts else ()),
        *([study.entailment.model] if study.entailment else ()),
        *([study.judge.model, judge_names.digest(study.judge)] if study.judge else ()),
        *(f"pass@{k}" for k in ks),
        *(name for file in (study.imports.conditions if study.imports else ()) for name in file.measured()),
        *(paraphrase_title(way) for way in range(1, ways + 1) if ways > 1),
    ]
    spaced = [name.replace("_", " ") for name in named]
    found = {name for name in (*named, *spaced) if has_numeral(name) and re.search(r"[^\W\d]", name)}
    return sorted(found, key=lambda name: (-len(name), name))


def has_numeral(text: str) -> bool:
    """Whether a text holds a digit, fraction or numeral of any script."""
    return any(map(str.isnumeric, text))


def literals(text: str, names: Iterable[str] = ()) -> list[str]:
    """The literals of a text once `names` are taken out as whole words."""
    if not has_numeral(text):
        return []
    for name in names:
        text = re.sub(rf"(?<![\w.]){re.escape(name)}(?![\w%]|\.\d)", " ", text)
    return [word for word in text.split() if has_numeral(word)]


def in_page(page: Page, names: Collection[str]) -> Iterator[tuple[int, str]]:
    """(line, what is typed by hand) of a rendered page."""
    for line, text in page.loose:
        yield from ((line, literal) for literal in literals(text, names))
    yield from page.foreign
    for line, name, value in page.shown:
        if name == "style":
            yield from [(line, f"style {value}")] if not STYLED.fullmatch(value) else ()
        elif name.startswith("on"):
            yield line, f"{name}={value[:40]}"
        else:
            yield from ((line, literal) for literal in literals(value, names))
    for line, text in page.styles:
        if not STYLE.fullmatch(text):
            yield line, f"style {text.strip()[:40]}"
