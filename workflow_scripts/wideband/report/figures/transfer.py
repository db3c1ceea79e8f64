"""The transfer matrix: what training an arm changed on every answer space, trained ones and held-out ones."""

from dataclasses import dataclass
from typing import Any

from ...config import Study
from ...metrics import by_item
from ...numbers.plan_answers import asked, several
from .. import ids
from ..book import Book
from ..formats import render
from ..names import arm_title, benchmark_title, final, ordered_arms, space_title, spaced
from ..palette import INK
from .axes import axis
from .curves import number_text
from .layout import Figure, Grid, GridRow, Section, layout

# Validity stands beside both forms of total variation: either alone can flatter.
SHOWN = ("total_variation", "total_variation_invalid", "valid_mass")
# Where more is better, colours turn round: blue is always the better side.
RISING = ("valid_mass",)
BETTER, EVEN, WORSE = "#8FB6CF", "#f5f7f9", "#E8A87C"
TRAINED = "■"
SLANTED = 14  # characters of an arm's name that the margin has room for
FORM = "+.2f"
CAPTION = (
    f"What training changed: the last checkpoint of an arm minus the untrained base that it started from, "
    f"asked in the same way, paired by item. {TRAINED} marks the spaces that the arm trained on; the others "
    "were held out from it. Blue is nearer to the target, or more often valid. A change in brackets has an "
    "interval that holds zero: it may be none."
)


@dataclass(frozen=True)
class Training:
    """A trained arm, the checkpoint it ends with, and the answer spaces that its stages trained on."""

    arm: str
    end: str
    spaces: frozenset[str]

    def gain(self, metric: str, benchmark: str, space: str = "") -> str:
        """The id of what the training changed on a benchmark, or on one of its spaces."""
        return ids.cell(f"{metric}.gain", benchmark, self.arm, f"{self.end}-base", space)


def trainings(study: Study) -> list[Training]:
    """The arms that end elsewhere than at the untrained base, in the report's order; imported ones aside."""
    ends = {arm: final(study, arm) for arm in ordered_arms(study) if not study.imported(arm)}
    return [Training(arm, end, trained_spaces(study, arm)) for arm, end in ends.items() if end != "base"]


def trained_spaces(study: Study, arm: str) -> frozenset[str]:
    """The answer spaces in the slices of every stage of the arm's lineage."""
    slices = {study.stages[stage].slice or study.band.pool for stage in study.trained_through(arm)}
    known = [study.data.slices[name] for name in slices if name in study.data.slices]
    return frozenset(space for part in known for space in asked(part))


def sections(study: Study, book: Book) -> list[Section]:
    """One section for every benchmark that asks for several answer spaces and that a training changed."""
    found = []
    for name in study.benchmarks:
        columns = [training for training in trainings(study) if _measured(training, book, study, name)]
        if columns:
            figures = [_heat(study, book, name, metric, columns) for metric in SHOWN]
            title = f"{benchmark_title(study, name)}: transfer"
            grid = _grid(study, name, columns)
            found.append(Section(f"{name}-transfer", title, CAPTION, figures, grid=grid))
    return found


def _measured(training: Training, book: Book, study: Study, benchmark: str) -> bool:
    return any(training.gain(SHOWN[0], benchmark, space) in book for space in several(study, benchmark))


def _heat(study: Study, book: Book, benchmark: str, metric: str, columns: list[Training]) -> Figure:
    spaces = several(study, benchmark)
    shown = [[training.gain(metric, benchmark, space) for training in columns] for space in spaces]
    values = [[book.value(identity) for identity in row] for row in shown]
    reach = max((abs(value) for row in values for value in row if value is not None), default=0) or 1
    colours = (WORSE, EVEN, BETTER) if metric in RISING else (BETTER, EVEN, WORSE)
    heat: dict[str, Any] = {
        "type": "heatmap",
        "z": values,
        "x": [arm_title(study, training.arm) for training in columns],
        "y": [space_title(space) for space in spaces],
        "customdata": shown,
        "text": [
            [
                _printed(book, identity, space in training.spaces)
                for identity, training in zip(row, columns, strict=True)
            ]
            for row, space in zip(shown, spaces, strict=True)
        ],
        "texttemplate": "%{text}",
        "hovertext": [[_hover(book, identity) for identity in row] for row in shown],
        "hovertemplate": "%{y}: %{hovertext}<br>%{customdata}<extra>%{x}</extra>",
        "zmin": -reach,
        "zmax": reach,
        "showscale": False,
        "xgap": 2,
        "ygap": 2,
        "colorscale": [[place / 2, colour] for place, colour in enumerate(colours)],
        "textfont": {"size": 12, "color": INK},
    }
    # Slanted names would move the margin that they are fitted to, again and again: long ones stand upright.
    longest = max(len(arm_title(study, training.arm)) for training in columns)
    angle, top = ("auto", 76) if longest <= SLANTED else (-90, 16 + 7 * longest)
    x = axis("", side="top", ticks="", showgrid=False, type="category", automargin=False, tickangle=angle)
    y = axis("", autorange="reversed", ticks="", showgrid=False, type="category")
    shape = layout(x, y, height=24 + top + 28 * len(spaces), margin={"l": 90, "r": 12, "t": top, "b": 8})
    return Figure(f"transfer-{benchmark}-{metric}", by_item.title(metric), [heat], shape)


def _printed(book: Book, identity: str, trained: bool) -> str:
    text, ends = render(book.value(identity), FORM), book.interval(identity)
    held = f"({text})" if ends is None or ends[0] <= 0 <= ends[1] else text
    return f"{TRAINED} {held}" if trained else held


def _hover(book: Book, identity: str) -> str:
    return number_text(book, identity, "+.3f")


def _grid(study: Study, benchmark: str, columns: list[Training]) -> Grid:
    rows = [
        GridRow(
            (arm_title(study, training.arm), space_title(space), TRAINED if space in training.spaces else ""),
            tuple(training.gain(metric, benchmark, space) for metric in SHOWN),
        )
        for training in columns
        for space in several(study, benchmark)
    ]
    heads = ("arm", "answer space", "trained", *(f"{spaced(metric)}, change" for metric in SHOWN))
    return Grid("The same changes with their intervals", heads, rows, "+.3f")
