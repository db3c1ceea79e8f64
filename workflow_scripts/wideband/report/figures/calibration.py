"""Stated distributions against what a policy draws: law beside law, and distance and validity by family."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ...config import Study
from ...metrics.laws import among_valid
from ...numbers.plan_answers import several
from ...tables import read_table
from .. import ids
from ..book import Book
from ..names import arm_title, benchmark_title, final, ordered_arms, spaced
from ..palette import INK
from .answers import by_space
from .axes import axis
from .laws import Policy, policies_of, sources_of
from .layout import Figure, Grid, GridRow, Section, layout

# By family, and then before and after.
MEASURES = ("wasserstein_by_range", "kl_divergence", "total_variation", "valid_mass", "sampled_valid")
LAWS = (
    "The first item of each family: the mass of every canonical value, as the law is stated (dotted) and as "
    "the policies give it among their valid answers, before and after training, averaged over runs of "
    "training. What a policy gives to other answers is not seen here: see the mass of valid answers below."
)
QUANTILES = (
    "The same items: percentiles of the law that a policy gives to the canonical values, among its valid "
    "answers, against those of the stated law. A policy that draws from the stated law is on the dotted "
    "diagonal. Above it answers are too high; a steeper course is too wide a law, a flatter one too narrow."
)
LEVELS = np.arange(1, 100) / 100
FAMILIES = (
    "Family by family, hollow at the untrained base and filled at the arm's last checkpoint. A distance "
    "among valid answers can flatter a policy that is rarely valid; the divergence counts invalid answers, "
    "and validity is shown beside it."
)


def benchmarks(study: Study) -> list[str]:
    """The benchmarks that ask for numbers from stated distributions."""
    return [name for name in study.benchmarks if "distribution" in study.gives(name)]


def sections(study: Study, book: Book, root: Path) -> list[Section]:
    """Two sections for every such benchmark. `root` is the study's results folder."""
    found = []
    for name in benchmarks(study):
        title, shown = benchmark_title(study, name), policies_of(study, name)
        if shown:
            drawn = _drawn(root, name, shown)
            for key, what, caption, figure in (
                ("stated", "the laws", LAWS, _law),
                ("quantiles", "quantiles", QUANTILES, _quantiles),
            ):
                figures = [figure(name, *plot, shown) for plot in drawn]
                found.append(Section(f"{name}-{key}", f"{title}: {what}", caption, figures, interval=False))
        plots = [by_space(study, book, name, metric) for metric in MEASURES]
        if any(plots):
            kept = [replace(plot, key=f"{plot.key}-before-and-after") for plot in plots if plot]
            heading, grid = f"{title}, family by family", _grid(study, name)
            found.append(Section(f"{name}-families", heading, FAMILIES, kept, grid=grid, side_by_side=True))
    return found


def required(study: Study) -> list[str]:
    """Paths under the results folder of every table that is shown; arms are whole, not their runs."""
    return [path for name in benchmarks(study) for path in sources_of(name, policies_of(study, name))]


def _drawn(root: Path, benchmark: str, shown: list[Policy]) -> list[tuple[str, dict[str, pd.DataFrame]]]:
    """Of the first item of each family, the law of each policy by its name."""
    problems = read_table(root / f"data/{benchmark}.parquet", "problems").sort_values("uid")
    laws = {name: _masses([root / path for path in paths]) for name, _, paths in shown}
    return [
        (row["space"], {name: _rising(law.loc[row["uid"]]) for name, law in laws.items()})
        for row in problems.drop_duplicates("space").to_dict("records")
    ]


def _rising(law: pd.DataFrame) -> pd.DataFrame:
    """A law with its values as numbers, in their order."""
    return law.set_axis(law.index.astype(float)).sort_index()


def _masses(paths: Sequence[Path]) -> pd.DataFrame:
    """By uid and option the mass among valid answers, over runs, and the target mass."""
    table = pd.concat([read_table(path, "loglikelihoods") for path in paths])
    masses = table.groupby(["arm", "uid"], sort=False)["logprob"].transform(among_valid)
    return table.assign(mass=masses).groupby(["uid", "option"], sort=False)[["mass", "target_mass"]].mean()


def _law(benchmark: str, family: str, laws: dict[str, pd.DataFrame], shown: list[Policy]) -> Figure:
    lines = [_line(name, colour, laws[name]["mass"]) for name, colour, _ in shown]
    stated = _line("as stated", INK, laws[shown[0][0]]["target_mass"])
    stated["line"]["dash"] = "dot"
    shape = layout(axis("number"), axis("mass"), height=240)
    return Figure(
        f"stated-{benchmark}-{family}", spaced(family), [*lines, stated], shape, sources_of(benchmark, shown)
    )


def _quantiles(benchmark: str, family: str, laws: dict[str, pd.DataFrame], shown: list[Policy]) -> Figure:
    stated = _at_levels(laws[shown[0][0]]["target_mass"])
    lines = [
        _line(name, colour, pd.Series(_at_levels(laws[name]["mass"]), stated)) for name, colour, _ in shown
    ]
    for line in lines:
        line["text"] = [f"{level:.0%}" for level in LEVELS]
        line["hovertemplate"] = "%{text}: %{y}, stated %{x}<extra>" + line["name"] + "</extra>"
    diagonal = _line("as stated", INK, pd.Series(stated, stated))
    diagonal["line"]["dash"] = "dot"
    shape = layout(axis("stated quantile"), axis("quantile of the policy"), height=240)
    return Figure(
        f"quantiles-{benchmark}-{family}",
        spaced(family),
        [*lines, diagonal],
        shape,
        sources_of(benchmark, shown),
    )


def _at_levels(masses: pd.Series) -> np.ndarray:
    """The quantiles of a law over rising values at LEVELS."""
    places = np.searchsorted(np.cumsum(masses.to_numpy()), LEVELS * masses.sum())
    return masses.index.to_numpy()[np.minimum(places, len(masses) - 1)]


def _line(name: str, colour: str, masses: pd.Series) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "legendrank": 1,
        "x": masses.index.tolist(),
        "y": [round(mass, 6) for mass in masses],
        "line": {"color": colour, "width": 2},
        "hovertemplate": "%{x}: %{y:.3f}<extra>" + name + "</extra>",
    }


def _grid(study: Study, benchmark: str) -> Grid | None:
    """Mean and median over families, before and after, of the measures of trained arms; None without any."""
    if not several(study, benchmark):
        return None
    rows = [
        GridRow(
            (arm_title(study, arm), spaced(metric)),
            tuple(
                ids.cell(metric, benchmark, arm, at, f"family_{of}")
                for of in ("mean", "median")
                for at in ("base", final(study, arm))
            ),
        )
        for arm in ordered_arms(study)
        if final(study, arm) != "base" and not study.imported(arm)
        for metric in MEASURES
    ]
    heads = ("arm", "measure", "mean, base", "mean, trained", "median, base", "median, trained")
    return Grid("Over families, each weighted equally", heads, rows, ".3f") if rows else None
