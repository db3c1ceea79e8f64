"""Stated distributions against what a policy draws: law beside law, and distance and validity by family."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from ...config import Study
from ...metrics.laws import among_valid
from ...tables import read_table
from ..book import Book
from ..names import benchmark_title, spaced
from ..palette import INK
from .answers import by_space
from .axes import axis
from .laws import Policy, policies_of, sources_of
from .layout import Figure, Section, layout

# By family, and then before and after.
MEASURES = ("wasserstein_by_range", "kl_divergence", "total_variation", "valid_mass", "sampled_valid")
LAWS = (
    "The first item of each family: the mass of every canonical value, as the law is stated (dotted) and as "
    "the policies give it among their valid answers, before and after training, averaged over runs of "
    "training. What a policy gives to other answers is not seen here: see the mass of valid answers below."
)
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
            figures = _laws(root, name, shown)
            found.append(Section(f"{name}-stated", f"{title}: the laws", LAWS, figures, interval=False))
        plots = [by_space(study, book, name, metric) for metric in MEASURES]
        if any(plots):
            kept = [replace(each, key=f"{each.key}-before-and-after") for each in plots if each]
            found.append(Section(f"{name}-families", f"{title}, family by family", FAMILIES, kept))
    return found


def required(study: Study) -> list[str]:
    """Paths under the results folder of every table that is shown; arms are whole, not their runs."""
    return [path for name in benchmarks(study) for path in sources_of(name, policies_of(study, name))]


def _laws(root: Path, benchmark: str, shown: list[Policy]) -> list[Figure]:
    problems = read_table(root / f"data/{benchmark}.parquet", "problems").sort_values("uid")
    laws = {name: _masses([root / path for path in paths]) for name, _, paths in shown}
    sources = sources_of(benchmark, shown)
    return [
        _figure(benchmark, row, {name: law.loc[row["uid"]] for name, law in laws.items()}, shown, sources)
        for row in problems.drop_duplicates("space").to_dict("records")
    ]


def _masses(paths: Sequence[Path]) -> pd.DataFrame:
    """By uid and option the mass among valid answers, over runs, and the target mass."""
    table = pd.concat([read_table(path, "loglikelihoods") for path in paths])
    masses = table.groupby(["arm", "uid"], sort=False)["logprob"].transform(among_valid)
    return table.assign(mass=masses).groupby(["uid", "option"], sort=False)[["mass", "target_mass"]].mean()


def _figure(
    benchmark: str,
    row: dict[str, Any],
    laws: dict[str, pd.DataFrame],
    shown: list[Policy],
    sources: tuple[str, ...],
) -> Figure:
    first = next(iter(laws.values()))
    options = sorted(first.index, key=float)
    lines = [_line(name, colour, laws[name].loc[options, "mass"]) for name, colour, _ in shown]
    stated = _line("as stated", INK, first.loc[options, "target_mass"])
    stated["line"]["dash"] = "dot"
    family = row["space"]
    shape = layout(axis("number"), axis("mass"), height=240)
    return Figure(f"stated-{benchmark}-{family}", spaced(family), [*lines, stated], shape, sources)


def _line(name: str, colour: str, masses: pd.Series) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "legendrank": 1,
        "x": [float(option) for option in masses.index],
        "y": [round(mass, 6) for mass in masses],
        "line": {"color": colour, "width": 2},
        "hovertemplate": "%{x}: %{y:.3f}<extra>" + name + "</extra>",
    }
