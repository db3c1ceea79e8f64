"""The variance band of the pool: by source, between the arms, and how sure one can be of it."""

from pathlib import Path

from ...config import Study
from ...tables import read_table
from .. import ids
from ..book import Book
from ..names import arm_title, band_pairs, banded_arms, checkpoint_title
from ..palette import ALL_ONE, ALL_ZERO, INK, arm_colours
from .axes import axis
from .layout import Figure, Section, layout

BANDS = ("all_zero", "variance_band", "all_one")
# What the classes are called: the variance band is what is solved sometimes.
WORDS = {"all_zero": "never solved", "variance_band": "sometimes solved", "all_one": "always solved"}
SOURCES = (
    "How the problems of the pool fall for the policy that {policy}: never solved "
    "(close to the background), sometimes solved (the arm's colour: the variance band), always solved (close "
    "to the colour of text). Only problems "
    "that are sometimes solved give a group of rollouts something to learn from. These are counts, without "
    "an interval."
)
AGREEMENT = (
    "The same problems classified by both arms: each cell counts problems, rows are {first}'s class and "
    "columns {second}'s. Problems off the diagonal are what one arm can learn from and the other cannot."
)
CERTAINTY = (
    "For every problem of the pool, the posterior probability that a fresh set of as many rollouts would "
    "put it into the band. Much mass in the middle means a band that comes out differently when it is "
    "measured again."
)
ABSENT = "No band was measured in this study."


def sections(study: Study, book: Book, root: Path) -> list[Section]:
    """Sections of the band page. `root` is the study's results folder."""
    sources = [_by_source(study, book, arm, at) for arm, at in banded_arms(study).items()]
    policy = "they were measured on" if study.imports else "the band's stage starts from"
    found = [_section("sources", "The pool by source", SOURCES.format(policy=policy), sources)]
    pairs = band_pairs(study)
    if pairs:
        first, second = next(iter(pairs)) if len(pairs) == 1 else ("the first arm", "the second")
        named = [arm_title(study, name) if name in study.arms else name for name in (first, second)]
        caption = AGREEMENT.format(first=named[0], second=named[1])
        agreement = [_contingency(study, book, pair, at, len(pairs) > 1) for pair, at in pairs.items()]
        found.append(_section("agreement", "Where the arms agree", caption, agreement))
    certainty = [_certainty(study, root)]
    return [*found, _section("certainty", "How certain the band is", CERTAINTY, certainty)]


def _section(key: str, title: str, caption: str, figures: list[Figure | None]) -> Section:
    return Section(key, title, caption, [figure for figure in figures if figure], ABSENT, interval=False)


def _by_source(study: Study, book: Book, arm: str, start: str) -> Figure | None:
    prefix = ids.cell("band_source", study.band.pool, arm, start)
    tails = [identity.removeprefix(f"{prefix}.").rsplit(".", 1)[0] for identity in book.under(prefix)]
    sources = list(dict.fromkeys(tails))
    if not sources:
        return None
    fills = (ALL_ZERO, arm_colours(study)[arm], ALL_ONE)
    shown = {band: [f"{prefix}.{source}.{band}" for source in sources] for band in BANDS}
    widest = max(
        sum(book.value(identity) or 0 for identity in column) for column in zip(*shown.values(), strict=True)
    )
    traces = [
        _bars(book, sources, shown[band], (band, fill), widest)
        for band, fill in zip(BANDS, fills, strict=True)
    ]
    shape = layout(
        axis("problems"), axis("", autorange="reversed"), barmode="stack", height=100 + 42 * len(sources)
    )
    title = arm_title(study, arm)
    title = f"{title}, at {checkpoint_title(study, start)}" if study.imported(arm) else title
    return Figure(f"band-{arm}", title, traces, shape)


def _bars(book: Book, sources: list[str], shown: list[str], kind: tuple[str, str], widest: float) -> dict:
    band, fill = kind
    counts = [book.value(identity) or 0 for identity in shown]
    return {
        "type": "bar",
        "orientation": "h",
        "name": WORDS[band],
        "y": sources,
        "x": counts,
        "customdata": shown,
        "marker": {"color": fill, "line": {"color": "#fff", "width": 1}},
        # A count that is wider than its bar would hide its neighbours.
        "text": [f"{count:.0f}" if count > widest / 30 else "" for count in counts],
        "textposition": "inside",
        "insidetextanchor": "middle",
        "textangle": 0,
        "constraintext": "none",
        "hovertemplate": "%{x} problems<br>%{customdata}<extra>" + WORDS[band] + "</extra>",
    }


def _contingency(study: Study, book: Book, pair: ids.Pair, start: str, several: bool) -> Figure | None:
    shown = [
        [ids.paired("band_contingency", study.band.pool, pair, start, f"{row}+{column}") for column in BANDS]
        for row in BANDS
    ]
    if not any(identity in book for row in shown for identity in row):
        return None
    labels = [WORDS[band] for band in BANDS]
    heat = {
        "type": "heatmap",
        "z": [[book.value(identity) for identity in row] for row in shown],
        "x": labels,
        "y": labels,
        "customdata": shown,
        "showscale": False,
        "xgap": 3,
        "ygap": 3,
        "texttemplate": "%{z}",
        "colorscale": [[0, "#f5f7f9"], [1, "#8FB6CF"]],
        "textfont": {"size": 16, "color": INK},
        "hovertemplate": "%{z} problems<br>%{customdata}<extra></extra>",
    }
    first, second = (arm_title(study, arm) for arm in pair)
    x = axis(second, side="top", ticks="", showgrid=False)
    y = axis(first, autorange="reversed", ticks="", showgrid=False)
    key = "-".join(("contingency", *pair)) if several else "contingency"
    title = f"{first} and {second}" if several else ""
    return Figure(key, title, [heat], layout(x, y, height=360, margin={"l": 90, "r": 12, "t": 60, "b": 8}))


def band_path(study: Study, arm: str, start: str) -> str:
    """Where an arm's band table lies, relative to the study's results folder."""
    return f"arms/{arm}/{start}/band/{study.band.pool}.parquet"


def _certainty(study: Study, root: Path) -> Figure | None:
    paths = {arm: band_path(study, arm, at) for arm, at in banded_arms(study).items()}
    colours = arm_colours(study)
    traces = [
        {
            "type": "histogram",
            "name": arm_title(study, arm),
            "legendrank": 1,
            "marker": {"color": colours[arm]},
            "x": [round(p, 4) for p in read_table(root / path, "band")["p_in_band"]],
            "xbins": {"start": 0, "end": 1.0001, "size": 0.1},
            "hovertemplate": "%{y} problems<extra>" + arm_title(study, arm) + "</extra>",
        }
        for arm, path in paths.items()
    ]
    if not traces:
        return None
    x = axis("probability of being in the band", range=[0, 1.002], tickformat=".0%", dtick=0.2)
    shape = layout(
        x, axis("problems"), bargap=0.08, bargroupgap=0.05, margin={"l": 52, "r": 30, "t": 18, "b": 44}
    )
    return Figure("certainty", "", traces, shape, tuple(paths.values()))
