"""The exact law over every answer space, before and after training: bars, or strips of large spaces."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from ...config import Study
from ...config.runs import evaluated_runs
from ...metrics.laws import among_valid
from ...numbers.plan import arm_path
from ...tables import read_table
from ..names import arm_title, benchmark_title, checkpoint_title, final, ordered_arms, space_title
from ..palette import MUTED, arm_colours
from .axes import axis
from .layout import Figure, Section, layout

# Bars up to which a space has one for each option and policy; more could not be told apart.
BARS = 60
UNTRAINED = "#a3b1bf"
CAPTION = (
    "The mass of each valid answer among all valid ones, averaged over the items of an answer space and over "
    "runs of training. The likeliest answer of every policy has a mark, the dotted line is the target. Large "
    "spaces are strips, one for each policy, dark where the mass is, under its name and likeliest answer."
)
# Name in the legend, colour, paths of the tables, one for each run of training.
Policy = tuple[str, str, tuple[str, ...]]


def sections(study: Study, root: Path) -> list[Section]:
    """One section for every benchmark with exact laws. `root` is the study's results folder."""
    found: list[Section] = []
    for name in study.benchmarks:
        shown = policies(study, name)
        if shown:
            title, first = f"{benchmark_title(study, name)}: the laws", found[0].title if found else None
            caption = f"To be read as for {first}." if first else CAPTION
            found.append(Section(f"{name}-laws", title, caption, _figures(root, name, shown), interval=False))
    return found


def required(study: Study) -> list[str]:
    """Paths under the results folder of every table that is shown; arms are whole, not their runs."""
    return [path for name in study.benchmarks for path in sources_of(name, policies(study, name))]


def sources_of(benchmark: str, shown: list[Policy]) -> tuple[str, ...]:
    """The tables behind the laws of these policies."""
    tables = [path for _, _, paths in shown for path in paths]
    return (f"data/{benchmark}.parquet", *tables) if shown else ()


def policies(study: Study, benchmark: str) -> list[Policy]:
    """The untrained base, as the first trained arm asks it, then what every trained arm ends with."""
    return policies_of(study, benchmark) if has_options(study, benchmark) else []


def has_options(study: Study, benchmark: str) -> bool:
    """Whether any option of an answer space is asked for, and no number from a stated distribution."""
    gives = study.gives(benchmark)
    return "law" in gives and "distribution" not in gives


def policies_of(study: Study, benchmark: str) -> list[Policy]:
    """The same, whatever the task of the benchmark gives.

    Where no arm was trained, the base as the first arm with exact laws asks it.
    """
    colours = arm_colours(study)
    arms = sorted(ordered_arms(study), key=lambda arm: final(study, arm) == "base")
    before = [
        (
            f"{arm_title(study, study.evaluated_in(arm, 'base'))}, base",
            UNTRAINED,
            _paths(study, arm, "base", benchmark),
        )
        for arm in arms
        if _has(study, arm, "base", benchmark)
    ]
    after = [
        (
            f"{arm_title(study, arm)}, {checkpoint_title(study, at)}",
            colours[arm],
            _paths(study, arm, at, benchmark),
        )
        for arm in arms
        if (at := final(study, arm)) != "base" and _has(study, arm, at, benchmark)
    ]
    return [*before[:1], *after]


def _paths(study: Study, arm: str, checkpoint: str, benchmark: str) -> tuple[str, ...]:
    runs = evaluated_runs(study, arm, checkpoint)
    return tuple(arm_path("loglikelihoods", run, checkpoint, benchmark) for run in runs)


def _has(study: Study, arm: str, checkpoint: str, benchmark: str) -> bool:
    return not study.imported(arm) and study.has("loglikelihoods", arm, checkpoint, benchmark)


def _figures(root: Path, benchmark: str, shown: list[Policy]) -> list[Figure]:
    problems = read_table(root / f"data/{benchmark}.parquet", "problems")
    spaces = problems.set_index("uid")["space"]
    laws = {name: _laws([root / path for path in paths], spaces) for name, _, paths in shown}
    sources = sources_of(benchmark, shown)
    return [
        _figure(
            f"law-{benchmark}-{space}",
            space,
            {name: law[space] for name, law in laws.items()},
            shown,
            sources,
        )
        for space in dict.fromkeys(spaces.dropna())
    ]


def _laws(paths: Sequence[Path], spaces: pd.Series) -> dict[str, pd.DataFrame]:
    """By space, of every option its mean mass among valid answers and its target mass."""
    table = pd.concat([read_table(path, "loglikelihoods") for path in paths])
    masses = table.groupby(["arm", "uid"], sort=False)["logprob"].transform(among_valid)
    table = table.assign(mass=masses, space=table["uid"].map(spaces))
    means = table.groupby(["space", "option"], sort=False)[["mass", "target_mass"]].mean()
    return {space: part.droplevel("space") for space, part in means.groupby(level="space", sort=False)}


def _figure(
    key: str, space: str, laws: dict[str, pd.DataFrame], shown: list[Policy], sources: tuple[str, ...]
) -> Figure:
    options = next(iter(laws.values())).index.tolist()
    if len(options) * len(laws) > BARS:
        return Figure(key, space_title(space), *_strips(laws), sources)
    traces = [_bars(name, colour, laws[name]) for name, colour, _ in shown]
    target = next(iter(laws.values()))["target_mass"]
    line = {"color": MUTED, "dash": "dot", "width": 1}
    traces.append(
        {
            "type": "scatter",
            "mode": "lines",
            "name": "target",
            "x": options,
            "y": target.tolist(),
            "line": line,
        }
    )
    return Figure(key, space_title(space), traces, layout(axis("", type="category"), axis("mass")), sources)


def _strips(laws: dict[str, pd.DataFrame]) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Traces and layout of a strip for each law; its name stands over it, so that it may be of any length."""
    most = max(law["mass"].max() for law in laws.values())
    options = next(iter(laws.values())).index.tolist()
    strips = [
        {
            "type": "heatmap",
            "name": name,
            "z": [[round(mass, 6) for mass in law["mass"].reindex(options)]],
            "x": options,
            "y0": place,
            "dy": 1,
            "ygap": 18,
            "zmin": 0,
            "zmax": round(most, 6),
            "showscale": False,
            "colorscale": [[0, "#f5f7f9"], [1, "#14324F"]],
            "hovertemplate": "%{x}: %{z:.3f}<extra>" + name + "</extra>",
        }
        for place, (name, law) in enumerate(laws.items())
    ]
    labels = {
        "type": "scatter",
        "mode": "text",
        "x": [options[0]] * len(laws),
        "y": [place - 0.5 for place in range(len(laws))],
        "text": [f"{name}: {law['mass'].idxmax()}" for name, law in laws.items()],
        "textposition": "middle right",
        "textfont": {"size": 11},
        "cliponaxis": False,
        "hoverinfo": "skip",
    }
    shown = [len(laws) - 0.4, -0.5]
    y = axis("", range=shown, showticklabels=False, showgrid=False, ticks="", automargin=False)
    margin = {"l": 12, "r": 12, "t": 14, "b": 44}
    shape = layout(axis("", type="category"), y, height=64 + 44 * len(laws), margin=margin)
    return [*strips, labels], shape


def _bars(name: str, colour: str, law: pd.DataFrame) -> dict[str, Any]:
    top = law["mass"].idxmax()
    return {
        "type": "bar",
        "name": name,
        "legendrank": 1,
        "x": law.index.tolist(),
        "y": [round(mass, 6) for mass in law["mass"]],
        # The axis names the options; several policies may favour the same one, side by side.
        "text": ["▾" if option == top else "" for option in law.index],
        "textposition": "outside",
        "cliponaxis": False,
        "marker": {"color": colour},
        "hovertemplate": "%{x}: %{y:.3f}<extra>" + name + "</extra>",
    }
