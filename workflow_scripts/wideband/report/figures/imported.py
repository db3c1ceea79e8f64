"""Values that were imported per item, condition by condition, and counted answers."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ...config import Study
from ...config.import_file import Import
from ...metrics.imported_names import PERCENT, SAMPLED, unit_of
from ...metrics.per_problem import measured
from ...numbers.plan import arm_path, metric_path
from ...tables import read_table
from .. import ids
from ..book import Book
from ..names import arm_title, benchmark_title, checkpoint_title, spaced
from ..palette import MUTED, arm_colours
from .axes import axis
from .layout import Figure, Section, layout

# More items than these, or fewer, are told by their means alone.
MANY, FEW = 24, 2
FAVOURITES = 5
TITLES = {
    "n_correct": "correct rollouts of a problem",
    "distinct_texts": "different texts of a problem",
    "signatures": "numeric signatures",
    "signatures_to_answer": "numeric signatures up to the answer",
    "arithmetics": "different sets of equations",
    "run_on": "share that goes on after the answer",
    "total_variation": "TV of the exact law to uniform",
    "sampled_variation": "TV of sampled answers to uniform",
    "percent_correct": "questions answered right",
}
VALUES = (
    "Each point is the mean over items of one condition: an arm at a checkpoint (open: the untrained base). "
    "Below, item by item, the values as they were imported. Bars are intervals from resampling items; where "
    "an item is a single figure for a whole benchmark there is none, but for shares of questions, which have "
    "Wilson's. Counts of different things grow with the number of rollouts that they see."
)
FLOOR = (
    " Grey marks: what a sampler of the uniform law would get on average from as many valid answers. A "
    "policy that reaches them cannot be told from uniform by these draws."
)
GAPS = (
    " Some cells are empty. A mean is over the items that its condition has, so that two over different "
    "items are not to be compared; differences are over the items that both have."
)
COUNTS = (
    "How often each option was the answer. The line is what each would have under the uniform law; the five "
    "most frequent answers are labelled."
)


def sections(study: Study, book: Book, root: Path) -> list[Section]:
    """One section for every slice with such values. `root` is the study's results folder."""
    found = [_section(study, book, root, name) for name in _slices(study)]
    counted = [_answers(study, root, file) for file in _counted(study)]
    if counted:
        found.append(Section("answers", "Answers, counted", COUNTS, counted, interval=False))
    return found


def tables(study: Study) -> list[str]:
    """Paths under the results folder of the tables that these plots read."""
    values = [_path(file) for name in _slices(study) for file in _files(study, name)]
    answers = [path for file in _counted(study) for path in _answer_paths(file)]
    return [*values, *answers]


def _slices(study: Study) -> list[str]:
    slices = study.imports.slices() if study.imports else []
    return [name for name in slices if _files(study, name)]


def _files(study: Study, name: str) -> list[Import]:
    files = [file for file in study.imports.conditions if file.slice == name and file.measured()]
    places = [(arm, at) for arm in study.arms for at in study.checkpoints(arm)]
    return sorted(files, key=lambda file: places.index((file.arm, file.checkpoint)))


def _counted(study: Study) -> list[Import]:
    return [file for file in study.imports.files if file.format == "answers"] if study.imports else []


def _path(entry: Import) -> str:
    return metric_path("imported", entry.arm, entry.checkpoint, entry.slice)


def _answer_paths(entry: Import) -> tuple[str, str]:
    return arm_path("answers", entry.arm, entry.checkpoint, entry.slice), f"data/{entry.slice}.parquet"


def _section(study: Study, book: Book, root: Path, name: str) -> Section:
    files = _files(study, name)
    metrics = list(dict.fromkeys(metric for file in files for metric in file.measured()))
    figures = [_means(study, book, files, metric) for metric in metrics]
    figures += [_items(study, root, files, metric) for metric in metrics]
    sampled = SAMPLED in metrics and name in study.imports.spaces()
    first = _slices(study)[0]
    common = VALUES if name == first else f"To be read as for {_title(study, first)}."
    empty = [ids.cell("unmeasured", name, file.arm, file.checkpoint) for file in files]
    gaps = any(book.value(identity) for identity in empty)
    caption = common + (FLOOR if sampled else "") + (GAPS if gaps else "")
    return Section(
        f"values-{name}",
        _title(study, name),
        caption,
        [figure for figure in figures if figure],
        interval=False,
    )


def _title(study: Study, name: str) -> str:
    return benchmark_title(study, name) if name in study.benchmarks else spaced(name)


def _word(metric: str) -> str:
    return TITLES.get(metric, spaced(metric))


def _label(study: Study, entry: Import) -> str:
    return f"{arm_title(study, entry.arm)}, {checkpoint_title(study, entry.checkpoint)}"


def _marker(study: Study, entry: Import) -> dict[str, object]:
    """Open for the untrained base, filled for what was trained."""
    colour = arm_colours(study)[entry.arm]
    fill = "#ffffff" if entry.checkpoint == "base" else colour
    return {"color": fill, "size": 9, "line": {"color": colour, "width": 1.8}}


def _means(study: Study, book: Book, files: Sequence[Import], metric: str) -> Figure:
    conditions = [file for file in files if metric in file.measured()]
    traces = [_mean(study, book, condition, metric) for condition in conditions]
    floors = [
        ids.cell("variation_floor", condition.slice, condition.arm, condition.checkpoint)
        for condition in conditions
    ]
    shown = [(condition, floor) for condition, floor in zip(conditions, floors, strict=True) if floor in book]
    if shown and metric == SAMPLED:
        marker = {"color": MUTED, "symbol": "line-ns-open", "size": 15, "line": {"width": 2}}
        labels = [_label(study, condition) for condition, _ in shown]
        traces.append(_across(book, [floor for _, floor in shown], labels, "uniform sampler", marker))
    y = axis("", autorange="reversed", type="category")
    shape = layout(axis(_unit(metric)), y, height=110 + 30 * len(conditions))
    return Figure(f"means-{conditions[0].slice}-{metric}", _word(metric), traces, shape)


def _unit(metric: str) -> str:
    return spaced(metric) if unit_of(metric) == "as imported" else unit_of(metric)


def _mean(study: Study, book: Book, entry: Import, metric: str) -> dict[str, Any]:
    shown = "nearest_share" if metric == PERCENT else metric
    identity = ids.cell(shown, entry.slice, entry.arm, entry.checkpoint)
    trace = _across(book, [identity], [_label(study, entry)], _label(study, entry), _marker(study, entry))
    trace["error_x"] |= {"color": arm_colours(study)[entry.arm], "thickness": 1.4, "width": 3}
    return trace


def _across(
    book: Book, shown: list[str], labels: list[str], name: str, marker: dict[str, object]
) -> dict[str, Any]:
    """Points across, one a number, each with its interval; a point without one has a bar of nothing."""
    values, intervals = (
        [book.value(identity) for identity in shown],
        [book.interval(identity) for identity in shown],
    )
    ends = [
        (None, None) if value is None or interval is None else (value - interval[0], interval[1] - value)
        for value, interval in zip(values, intervals, strict=True)
    ]
    bars = {"type": "data", "symmetric": False}
    return {
        "type": "scatter",
        "mode": "markers",
        "name": name,
        "x": values,
        "y": labels,
        "customdata": shown,
        "error_x": {**bars, "arrayminus": [low for low, _ in ends], "array": [high for _, high in ends]},
        "marker": marker,
        "hovertemplate": "%{x:.4g}<br>%{customdata}<extra>" + name + "</extra>",
    }


def _items(study: Study, root: Path, files: Sequence[Import], metric: str) -> Figure | None:
    conditions = [file for file in files if metric in file.measured()]
    found = {
        _label(study, condition): measured(read_table(root / _path(condition), "metrics"), metric)
        for condition in conditions
    }
    # Items that the first condition lacks come last.
    first, *rest = (values.sort_values(ascending=False).index for values in found.values())
    order = list(dict.fromkeys([*first, *(uid for index in rest for uid in index)]))
    if not FEW <= len(order) <= MANY:
        return None
    traces = [
        {
            "type": "scatter",
            "mode": "markers",
            "name": _label(study, condition),
            "x": [float(values[uid]) for uid in order if uid in values.index],
            "y": [spaced(str(uid)) for uid in order if uid in values.index],
            "marker": _marker(study, condition),
            "hovertemplate": "%{y}: %{x:.3f}<extra>" + _label(study, condition) + "</extra>",
        }
        for condition, values in zip(conditions, found.values(), strict=True)
    ]
    y = axis("", autorange="reversed", type="category")
    shape = layout(axis(_unit(metric)), y, height=90 + 26 * len(order))
    key = f"items-{conditions[0].slice}-{metric}"
    title = f"{_word(metric)}, item by item"
    return Figure(key, title, traces, shape, tuple(map(_path, conditions)))


def _answers(study: Study, root: Path, entry: Import) -> Figure:
    """Bars in the order of the options, of all items of the file together."""
    paths = _answer_paths(entry)
    observed = read_table(root / paths[0], "answers").groupby("answer")["count"].sum()
    listed = read_table(root / paths[1], "problems")["options"]
    options = list(dict.fromkeys(option for options_of in listed for option in options_of))
    counts = observed.reindex(options, fill_value=0)
    top = counts.nlargest(FAVOURITES)
    bars = {
        "type": "bar",
        "name": arm_title(study, entry.arm),
        "x": options,
        "y": [int(count) for count in counts],
        "marker": {"color": arm_colours(study)[entry.arm]},
        "text": [option if option in top.index else "" for option in options],
        "textposition": "outside",
        "textangle": 0,
        "constraintext": "none",
        "textfont": {"size": 11},
        "cliponaxis": False,
        "hovertemplate": "%{x}: %{y}<extra></extra>",
    }
    expected = float(counts.sum()) / len(options)
    line = {"color": MUTED, "width": 1.5, "dash": "dash"}
    rule = {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": expected, "y1": expected, "line": line}
    x = axis("option", type="category", nticks=21, showgrid=False)
    shape = layout(x, axis("answers"), height=340, shapes=[rule], bargap=0.15)
    title = f"{arm_title(study, entry.arm)}, {benchmark_title(study, entry.slice)}"
    return Figure(f"answers-{entry.slice}-{entry.arm}", title, [bars], shape, paths)
