"""What every plot shares: plain dictionaries in Plotly's JSON, drawn in the page by plotly.js."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ..palette import INK, MUTED, PAPER, tint

# Significant digits of a coordinate.
DIGITS = 7
FONT = "Inter, 'Source Sans 3', 'Helvetica Neue', Arial, 'Liberation Sans', sans-serif"
# Figures of a section that are seen without being asked for.
AT_ONCE = 6


@dataclass(frozen=True)
class Figure:
    """One plot: a unique key, its heading, traces and layout, and the tables its points come from."""

    key: str
    title: str
    traces: list[dict[str, Any]]
    layout: dict[str, Any]
    sources: tuple[str, ...] = ()

    def json(self) -> dict[str, Any]:
        """Data and layout, as Plotly.newPlot takes them, with no more digits than can be seen."""
        return _drawn({"data": self.traces, "layout": self.layout})

    def rows(self) -> list["DataRow"]:
        """Its points as the rows of a table; none where they come out of tables."""
        return [row for trace in self.traces for row in _rows(trace, self.layout)]

    def numbers(self) -> list[str]:
        """Ids of the number records that its points are, trace by trace."""
        return [number for trace in self.traces for number in trace_numbers(trace)]


@dataclass(frozen=True)
class DataRow:
    """A point of a figure in words: which curve it is of, where it is, and its number record."""

    series: str
    place: str
    number: str


def _drawn(value: Any) -> Any:
    if isinstance(value, float):
        return float(f"{value:.{DIGITS}g}")
    if isinstance(value, dict):
        return {key: _drawn(inner) for key, inner in value.items()}
    return [_drawn(inner) for inner in value] if isinstance(value, list | tuple) else value


def _rows(trace: dict[str, Any], shape: dict[str, Any]) -> Iterator[DataRow]:
    numbers, x = trace.get("customdata"), shape["xaxis"]
    if not numbers:
        return
    if trace["type"] == "heatmap":
        for place, line in zip(trace["y"], numbers, strict=True):
            yield from (DataRow(name, place, value) for name, value in zip(trace["x"], line, strict=True))
        return
    if isinstance(numbers[0], list):
        titles = [shape[each]["title"]["text"] for each in ("yaxis", "xaxis")]
        for pair in numbers:
            yield from (DataRow(trace["name"], *told) for told in zip(titles, pair, strict=True))
        return
    along = (
        trace["y"] if trace["type"] == "bar" or "error_x" in trace else [_tick(x, at) for at in trace["x"]]
    )
    for place, number in zip(along, numbers, strict=False):
        yield DataRow(trace.get("name", ""), str(place).replace("<br>", ", "), number)


def _tick(axis: dict[str, Any], at: float | str) -> str:
    """A place on an axis: its name, where the axis has names at whole numbers."""
    if isinstance(at, str):
        return at
    named = axis.get("tickvals") == list(range(len(axis.get("ticktext", ())))) and axis.get("ticktext")
    return axis["ticktext"][round(at)].replace("<br>", " ") if named else f"{at:,g}"


def trace_numbers(trace: dict[str, Any]) -> list[str]:
    """Ids of the number records behind the points of a trace; of a ribbon, those of its curve.

    A point may be two numbers, its height and its place along the axis.
    """
    named = trace.get("customdata") or trace.get("meta", {}).get("numbers", [])
    return [number for value in named for number in (value if isinstance(value, list) else [value])]


@dataclass(frozen=True)
class Key:
    """An entry of a legend."""

    name: str
    colour: str
    dotted: bool


@dataclass(frozen=True)
class GridRow:
    """A row of a table: words, then ids of number records."""

    words: tuple[str, ...]
    numbers: tuple[str, ...]


@dataclass(frozen=True)
class Grid:
    """A table of number records with their intervals under the plots of a section.

    `form`: how all numbers are printed, or those of each column.
    """

    title: str
    heads: tuple[str, ...]
    rows: list[GridRow]
    form: str | tuple[str, ...]

    def form_of(self, column: int) -> str:
        """How the numbers of a column are printed."""
        return self.form if isinstance(self.form, str) else self.form[column]


@dataclass(frozen=True)
class Section:
    """A heading, the plots under it, and the caption that says what one sees.

    `interval`: the caption ends with how the intervals are made. `grid`: the plots' numbers as a table, under
    a column of plots unless these stand `side_by_side`.
    """

    key: str
    title: str
    caption: str
    figures: list[Figure] = field(default_factory=list)
    absent: str = "There are no numbers for this plot in this study."
    interval: bool = True
    grid: Grid | None = None
    side_by_side: bool = False

    def split(self) -> tuple[list[Figure], list[Figure]]:
        """The figures that are seen at once, and those on demand."""
        return self.figures[:AT_ONCE], self.figures[AT_ONCE:]

    def length(self) -> int:
        """How many rows its tables have."""
        return len(self.grid.rows) if self.grid else sum(len(figure.rows()) for figure in self.figures)

    def legend(self) -> list[Key]:
        """One legend for all plots of the section: every named curve once; none for a single one."""
        keys = [_key(trace) for figure in self.figures for trace in figure.traces if "legendrank" in trace]
        return list(dict.fromkeys(keys)) if len(set(keys)) > 1 else []


def _key(trace: dict[str, Any]) -> Key:
    line = trace.get("line", {})
    return Key(trace["name"], line.get("color") or trace["marker"]["color"], line.get("dash") == "dot")


def layout(x: dict[str, Any], y: dict[str, Any], **more: Any) -> dict[str, Any]:
    """The common layout: white paper, small type, no fixed width; the legend is in the page."""
    common = {
        "autosize": True,
        "height": 300,
        "margin": {"l": 52, "r": 16, "t": 18, "b": 44},
        "paper_bgcolor": PAPER,
        "plot_bgcolor": PAPER,
        "font": {"family": FONT, "size": 12, "color": INK},
        "showlegend": False,
        "hoverlabel": {"font": {"family": FONT}},
        "hovermode": "closest",
        "xaxis": x,
        "yaxis": y,
    }
    return {**common, **more}


def note(text: str, x: float, **more: Any) -> dict[str, Any]:
    """A small label above a plot at position x."""
    return {
        "text": text,
        "x": x,
        "y": 1,
        "yref": "paper",
        "yanchor": "bottom",
        "xanchor": "left",
        "showarrow": False,
        "font": {"size": 10, "color": MUTED},
        **more,
    }


def zero_line() -> dict[str, Any]:
    """A horizontal rule at zero, behind the traces."""
    line = {"color": MUTED, "width": 1}
    return {
        "type": "line",
        "xref": "paper",
        "x0": 0,
        "x1": 1,
        "y0": 0,
        "y1": 0,
        "line": line,
        "layer": "below",
    }


def ribbon(
    xs: list[Any], low: list[float], high: list[float], colour: str, numbers: list[str]
) -> dict[str, Any]:
    """A shaded interval around a curve through `numbers`, as one closed trace."""
    return {
        "type": "scatter",
        "mode": "lines",
        "x": xs + xs[::-1],
        "y": high + low[::-1],
        "fill": "toself",
        "fillcolor": tint(colour, 0.15),
        "line": {"width": 0, "color": tint(colour, 0)},
        "hoverinfo": "skip",
        "meta": {"numbers": numbers},
    }
