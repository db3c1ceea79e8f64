"""Items that ask for a number from a stated distribution."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from pydantic import ValidationError
from scipy.stats import skellam

from wideband import tasks
from wideband.config.checks_slices import problems
from wideband.config.data import Data, Slice
from wideband.config.study import Study
from wideband.data import leakage
from wideband.data.errors import LeakageError
from wideband.data.slices import build_slice
from wideband.scaffolds import Parsed
from wideband.spaces.discretised import canonical
from wideband.spaces.distribution import LEVELS, Distribution
from wideband.spaces.families import FAMILIES, family_of
from wideband.spaces.of_items import space_of
from wideband.spaces.ranges import RANGES, drawn
from wideband.tables import read_table, write_table


def part(**settings: object) -> Slice:
    given = {"source": "distributions", "split": "train", "families": ["gaussian", "poisson"]}
    return Slice(**given | settings)


def items(seed: int = 1, **settings: object) -> pd.DataFrame:
    return build_slice("s", Data(seed=seed, slices={"s": part(**settings)}))


def complaints(tmp_path: Path, **settings: object) -> list[str]:
    data = Data(slices={"s": part(**settings)})
    return list(problems(Study(name="s", title="", data=data, arms={}, benchmarks={}), tmp_path))


def row_of(family: str, decimals: int = 2, **parameters: float) -> dict:
    texts, masses = canonical(family, parameters, decimals, 1001)
    text = Distribution(family, tuple(parameters.items())).text()
    told = {"uid": family, "task": "law", "space": family, "problem": f"{family} {parameters}"}
    return told | {"options": texts, "masses": masses.tolist(), "distribution": text}


def outcome(answer: str | None, row: dict) -> str | None:
    return tasks.load("law").read(Parsed(None, answer, True), tasks.valid_answers("law", row)).outcome


def test_an_item_asks_for_one_number_and_carries_its_law(tmp_path: Path) -> None:
    write_table(items(draws=3, max_bins=50), tmp_path / "s.parquet", "problems")
    read = read_table(tmp_path / "s.parquet", "problems")
    assert sorted(read["space"]) == ["gaussian"] * 3 + ["poisson"] * 3
    for row in read.to_dict("records"):
        said = json.loads(row["distribution"])
        texts, masses = canonical(said["family"], said["parameters"], 2, 50)
        assert space_of(row).options == tuple(texts)
        assert space_of(row).law == pytest.approx(tuple(masses))
        settings = ", ".join(f"{name}={value:g}" for name, value in said["parameters"].items())
        assert f"one random number from the {said['family']} distribution with" in row["problem"]
        assert f"parameters {settings}. " in row["problem"]


@pytest.mark.parametrize("family", RANGES)
def test_every_family_has_settings_inside_and_outside_of_the_trained_ranges(family: str) -> None:
    assert list(RANGES) == list(FAMILIES)
    for outside in (False, True):
        for seed in range(3):
            parameters = drawn(family, np.random.default_rng(seed), outside)
            assert family_of(family, parameters)
            assert len(canonical(family, parameters, 2, 100)[0]) > 1


def test_draws_follow_from_seed_split_and_range() -> None:
    texts = items(draws=4)["problem"].tolist()
    assert texts == items(draws=4)["problem"].tolist() and len(set(texts)) == 8
    for other in ({"seed": 2}, {"split": "test"}, {"parameters": "outside"}):
        assert not set(texts) & set(items(draws=4, **other)["problem"])


def test_parameters_outside_lie_beyond_those_inside() -> None:
    inside, outside = (
        [
            Distribution.read(text).parameters[0][1]
            for text in items(draws=8, families=["poisson"], parameters=where)["distribution"]
        ]
        for where in ("inside", "outside")
    )
    assert max(inside) <= 12 < 13 <= min(outside)


def test_one_law_under_two_names_leaks_and_is_excluded() -> None:
    chi, rayleigh, other = row_of("chi", df=2), row_of("rayleigh", sigma=1.0), row_of("rayleigh", sigma=1.01)
    train, test, apart = (pd.DataFrame([row]) for row in (rayleigh, chi, other))
    with pytest.raises(LeakageError, match="train and test share 1: rayleigh"):
        leakage.check({"train": train, "test": test}, ["train"], ["test"])
    leakage.check({"train": apart, "test": test}, ["train"], ["test"])
    once, twice = row_of("bernoulli", p=0.5), row_of("binomial", n=1, p=0.5)
    assert leakage.shared(pd.DataFrame([once]), pd.DataFrame([twice, chi])) == ["bernoulli"]


@pytest.mark.parametrize("mu2", [7.92, 3.5])
def test_the_law_of_numbers_below_zero_is_told_from_others(mu2: float) -> None:
    """scipy's search for such a quantile may not end."""
    law = Distribution("skellam", (("mu1", 2.14), ("mu2", mu2)))
    values = np.arange(-60, 60)
    reached = np.searchsorted(skellam(2.14, mu2).cdf(values), LEVELS)
    assert law.signature()[1:8].tolist() == values[reached].tolist()
    assert law.quantiles(np.array([1e-6]))[0] == values[np.searchsorted(skellam(2.14, mu2).cdf(values), 1e-6)]


def test_settings_that_a_test_slice_shares_with_training_are_left_out() -> None:
    kinds = {"families": ["bernoulli"], "draws": 60}
    slices = {"train": part(**kinds), "test": part(split="test", exclude=["train"], **kinds)}
    train, test = (build_slice(name, Data(slices=slices)) for name in slices)
    assert 0 < len(test) < 60
    assert not set(train["distribution"]) & set(test["distribution"])


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("0.5", "0.50"),
        (" 0.50. ", "0.50"),
        (".5", "0.50"),
        ("`0.499`", "0.50"),
        ("\u22120.5", "-0.50"),
        ("5e-1", "0.50"),
        ("100", "3.09"),
        ("0.5 or so", None),
        ("1e999", None),
        ("nan", None),
        ("", None),
        (None, None),
    ],
)
def test_a_number_is_read_and_stands_for_the_nearest_canonical_value(
    answer: str | None, expected: str | None
) -> None:
    assert outcome(answer, row_of("gaussian", mu=0, sigma=1)) == expected


def test_numbers_outside_of_the_support_and_parts_of_integers_are_not_valid() -> None:
    poisson, uniform = row_of("poisson", **{"lambda": 3.0}), row_of("uniform", a=0, b=1)
    assert [outcome(text, poisson) for text in ("3", "3.0", "3.5", "-1", "40")] == [
        "3",
        "3",
        None,
        None,
        "10",
    ]
    assert [outcome(text, uniform) for text in ("1", "1.01", "-0.01")] == ["0.99", None, None]


@pytest.mark.parametrize(
    ("settings", "line"),
    [
        (
            {"families": ["gausian"]},
            "data.slices.s.families: unknown family 'gausian'; did you mean 'gaussian'?",
        ),
        ({"families": []}, "data.slices.s.families: missing key"),
        ({"families": ["beta", "beta"]}, "data.slices.s.families: 'beta' twice"),
        ({"families": ["beta"], "decimals": 0}, "beta: 0 values between"),
        (
            {"families": ["lognormal"], "parameters": "outside", "decimals": 15},
            "lognormal: a double cannot tell its values apart with 15",
        ),
        ({"families": ["geometric"], "draws": 100}, "geometric: only 61 settings"),
        ({"shots": 2}, "data.slices.s.shots: source distributions does not use it"),
    ],
)
def test_slices_that_cannot_be_asked_are_refused_in_one_line(
    tmp_path: Path, settings: dict, line: str
) -> None:
    (said,) = complaints(tmp_path, **settings)
    assert line in said


def test_settings_of_distributions_are_refused_elsewhere(tmp_path: Path) -> None:
    (said,) = complaints(tmp_path, source="knowledge", split="test")
    assert "data.slices.s.families: source knowledge does not use it" in said


def test_draws_may_be_said_family_by_family(tmp_path: Path) -> None:
    wanted = {"gaussian": 3, "poisson": 1}
    assert items(draws=wanted)["space"].value_counts().to_dict() == wanted
    assert complaints(tmp_path, draws=wanted) == []
    (unknown,) = complaints(tmp_path, draws={**wanted, "gausian": 2})
    assert unknown == "data.slices.s.draws: unknown family of the slice 'gausian'; did you mean 'gaussian'?"
    (missing,) = complaints(tmp_path, draws={"gaussian": 3})
    assert missing == "data.slices.s.draws: none for poisson; say how many of each family, or one number"


@pytest.mark.parametrize("draws", [0, "many", {"gaussian": 0, "poisson": 1}, [3], True])
def test_a_number_of_draws_that_is_none_is_refused_with_what_to_write(draws: object) -> None:
    with pytest.raises(
        ValidationError, match=r"a whole number of 1 or more, .* as \{gaussian: 20, beta: 5\}"
    ):
        part(draws=draws)
