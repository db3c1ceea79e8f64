"""Spaces whose options and masses are the canonical values of a distribution."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from wideband.config.spaces import SPACES, read_space
from wideband.spaces import SpaceError
from wideband.spaces.discretised import canonical, mixed
from wideband.spaces.families import FAMILIES
from wideband.spaces.ranges import RANGES, drawn

DATA = Path(__file__).parents[3] / "shared/data/calibration"
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason="needs the published prompts and families")


@needs_data
def test_families_and_their_parameters_are_the_published_ones() -> None:
    published = json.loads((DATA / "families.json").read_text())["families"]
    assert {family["id"]: family["prompt_parameters"] for family in published} == {
        name: list(family.parameters) for name, family in FAMILIES.items()
    }
    assert {family["id"] for family in published if family["kind"] == "discrete"} == {
        name for name, family in FAMILIES.items() if family.discrete
    }


def beyond(values: list[float], low: float, high: float) -> tuple[tuple[float, float], ...]:
    """The ends of published values on either side of a trained range; of all where none is beyond it."""
    sides = [[v for v in values if v < low], [v for v in values if v > high]]
    return tuple((min(side), max(side)) for side in sides if side) or ((min(values), max(values)),)


def listed(grid: dict) -> list[float]:
    return grid.get("values") or [grid["min"], grid["max"]]


@needs_data
def test_trained_families_are_drawn_from_published_ranges_and_beyond_them_on_published_sides() -> None:
    published = json.loads((DATA / "families.json").read_text())["families"]
    trained = [family for family in published if "train_grid" in family]
    assert len(trained) == 24
    called = {"mode_fraction": "mode", "success_fraction": "share"}
    for family in trained:
        for parameter, grid in family["train_grid"].items():
            ours = RANGES[family["id"]][called.get(parameter, parameter)]
            inside = min(listed(grid)), max(listed(grid))
            outside = beyond(listed(family["test_unseen_grid"][parameter]), *inside)
            assert (ours.inside, ours.outside) == (inside, outside), (family["id"], parameter)


def test_both_sides_beyond_a_range_are_drawn_from() -> None:
    random = np.random.default_rng(1)
    chances = [drawn("geometric", random, outside=True)["p"] for _ in range(40)]
    low, high = [p for p in chances if p <= 0.15], [p for p in chances if p >= 0.85]
    assert len(low) > 10 < len(high) and len(low) + len(high) == 40


def test_successes_of_a_population_are_its_share_to_the_nearest_whole_number() -> None:
    for seed in range(50):
        random = np.random.default_rng(seed)
        parameters = drawn("hypergeometric", random, outside=False)
        again = np.random.default_rng(seed)
        size, share = (RANGES["hypergeometric"][name].draw(again, False) for name in ("M", "share"))
        assert parameters["M"] == size and abs(parameters["K"] - size * share) <= 0.5


@needs_data
def test_laws_have_the_spread_of_the_published_ones() -> None:
    rows = list(csv.DictReader((DATA / "w1_floor_n1000.csv").open()))
    assert len(rows) == 42
    for row in rows:
        law = FAMILIES[row["family"]].law(json.loads(row["parameters"]))
        low, lower, upper, high = law.ppf([0.001, 0.25, 0.75, 0.999])
        assert high - low == pytest.approx(float(row["range_0.001_0.999"]), abs=6e-6), row
        assert upper - lower == pytest.approx(float(row["iqr"]), abs=6e-6), row
        if row["sd"]:
            assert law.std() == pytest.approx(float(row["sd"]), abs=6e-6), row


@needs_data
@pytest.mark.parametrize("name", ["prompts_train", "prompts_unseen_full", "prompts_ood_full"])
def test_every_published_prompt_has_canonical_values(name: str) -> None:
    lines = (DATA / f"{name}.jsonl").read_text().splitlines()
    # Every seventh: all families are among them.
    prompts = [json.loads(line) for line in lines[::7]]
    for prompt in prompts:
        texts, masses = canonical(prompt["family"], prompt["parameters"], 2, 1001)
        assert 2 <= len(texts) == len(set(texts)) <= 1001
        assert masses.min() >= 0 and masses.sum() == pytest.approx(1)


def test_continuous_values_lie_between_the_quantiles_and_share_out_all_mass() -> None:
    texts, masses = canonical("gaussian", {"mu": 0, "sigma": 1}, 1, 1001)
    assert texts == [f"{place / 10:.1f}" for place in range(-30, 31)] and texts[30] == "0.0"
    assert masses[30] == pytest.approx(stats.norm.cdf(0.05) - stats.norm.cdf(-0.05))
    assert masses[0] == pytest.approx(stats.norm.cdf(-2.95)) and masses[-1] == pytest.approx(masses[0])


def test_of_too_many_values_evenly_spaced_ones_are_kept_with_both_ends() -> None:
    texts, masses = canonical("uniform", {"a": 0, "b": 1}, 5, 5)
    assert texts == ["0.00100", "0.25050", "0.50000", "0.74950", "0.99900"]
    assert masses == pytest.approx([0.12575, 0.2495, 0.2495, 0.2495, 0.12575])


def test_discrete_values_are_integers_with_their_probabilities_and_the_tail_on_the_last() -> None:
    texts, masses = canonical("binomial", {"n": 3, "p": 0.5}, 2, 1001)
    assert texts == ["0", "1", "2", "3"] and masses == pytest.approx([0.125, 0.375, 0.375, 0.125])
    texts, masses = canonical("geometric", {"p": 0.5}, 2, 1001)
    assert texts == [str(number) for number in range(1, 11)]
    assert masses == pytest.approx([*(0.5**number for number in range(1, 10)), 0.5**9])


def test_a_value_on_a_quantile_is_kept_whatever_rounding_does() -> None:
    assert canonical("uniform", {"a": 0, "b": 100}, 1, 1001)[0][:1] == ["0.1"]
    assert canonical("uniform", {"a": 0, "b": 100}, 1, 1001)[0][-1] == "99.9"


def test_two_families_may_be_one_law() -> None:
    texts, masses = canonical("chi", {"df": 2}, 2, 1001)
    others, same = canonical("rayleigh", {"sigma": 1}, 2, 1001)
    assert texts == others
    np.testing.assert_allclose(masses, same, atol=1e-12)


@pytest.mark.parametrize(
    ("family", "parameters", "message"),
    [
        ("gausian", {"mu": 0, "sigma": 1}, "unknown family 'gausian'; did you mean 'gaussian'?"),
        ("gaussian", {"mu": 0, "sgma": 1}, "unknown parameter of gaussian 'sgma'; did you mean 'sigma'?"),
        ("gaussian", {"mu": 0}, "gaussian: parameter 'sigma' is missing; give it a number above 0"),
        ("gaussian", {"mu": 0, "sigma": 0}, "gaussian: sigma is 0; give it a number above 0"),
        ("gaussian", {"mu": float("nan"), "sigma": 1}, "mu is nan; give it a finite number"),
        ("gaussian", {"mu": 0, "sigma": float("inf")}, "sigma is inf; give it a number above 0"),
        ("bernoulli", {"p": 1.0}, "p is 1.0; give it a number between 0 and 1"),
        ("binomial", {"n": 2.5, "p": 0.5}, "n is 2.5; give it a whole number from 1 to 10000"),
        ("uniform", {"a": 2, "b": 1}, "uniform: a=2, b=1; it needs a < b"),
        ("hypergeometric", {"M": 5, "K": 9, "N": 2}, "it needs K <= M and N <= M"),
        ("hypergeometric", {"M": 5, "K": 0, "N": 2}, "1 values between 0 and 0"),
        ("gaussian", {"mu": 0, "sigma": 1e-4}, "1 values between -0.000309023 and 0.000309023"),
        ("gaussian", {"mu": 0.005, "sigma": 1e-5}, "0 values between"),
        ("gaussian", {"mu": 1e18, "sigma": 1}, "a double cannot tell its values apart with 2 decimals"),
        ("exponential", {"lambda": 1e-320}, "exponential: a double cannot tell"),
        ("lognormal", {"mu": 1000, "sigma": 1}, "lognormal: its parameters are too large"),
        (
            "truncnorm",
            {"mu": 0, "sigma": 1e-9, "lower": 5, "upper": 6},
            "truncnorm: 1 values between 5 and 5",
        ),
    ],
)
def test_what_is_no_law_is_one_clear_error(family: str, parameters: dict, message: str) -> None:
    with pytest.raises(SpaceError) as error:
        canonical(family, parameters, 2, 1001)
    assert message in str(error.value) and "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{family: gamm, parameters: {}}", "distribution: unknown family 'gamm'; did you mean 'gamma'?"),
        ("{family: poisson, parameters: {lambda: -1}}", "lambda is -1"),
        ("{family: poisson, parameters: {lambda: 1}, decimal: 2}", "did you mean 'decimals'?"),
        ("{family: poisson, parameters: {lambda: 1}, max_bins: 1}", "max_bins"),
        (
            "{family: poisson, parameters: {lambda: 1}}\nintegers: [1, 3]",
            "integers and distribution; keep one",
        ),
        ("{family: poisson, parameters: {lambda: 1}}\nlaw: {a: 1}", "the masses come from distribution"),
    ],
)
def test_a_wrong_file_is_named(text: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / SPACES / "draw.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(f"kind: draw\ndistribution: {text}\n")
    with pytest.raises(SpaceError) as error:
        read_space("draw", tmp_path)
    assert str(path) in str(error.value) and message in str(error.value)


def test_a_file_may_take_options_and_law_from_a_distribution(tmp_path: Path) -> None:
    path = tmp_path / SPACES / "draw.yaml"
    path.parent.mkdir(parents=True)
    path.write_text("kind: draw\ndistribution: {family: bernoulli, parameters: {p: 0.3}}\n")
    space, _ = read_space("draw", tmp_path)
    assert space.options == ("0", "1") and space.law == pytest.approx((0.7, 0.3))


TWO = [(3.0, "gaussian", {"mu": -2, "sigma": 0.5}), (1.0, "exponential", {"lambda": 2})]


def test_a_mixture_has_the_values_of_its_parts_and_the_sum_of_their_masses() -> None:
    texts, masses = mixed(TWO, 1, 1001)
    parts = [canonical(name, parameters, 1, 1001)[0] for _, name, parameters in TWO]
    assert set(texts) == set(parts[0]) | set(parts[1]) and "-0.4" not in texts
    values = np.array(texts, dtype=float)
    assert (np.diff(values) > 0).all() and masses.sum() == pytest.approx(1)
    normal, tail = stats.norm(-2, 0.5), stats.expon(scale=0.5)
    for text, low, high in (("-2.0", -2.05, -1.95), ("1.3", 1.25, 1.35)):
        mass = 0.75 * (normal.cdf(high) - normal.cdf(low)) + 0.25 * (tail.cdf(high) - tail.cdf(low))
        assert masses[texts.index(text)] == pytest.approx(mass)
    # Even ranks: the gap between the parts holds none of the values that are kept.
    few, kept = mixed(TWO, 1, 12)
    assert len(few) == 12 and set(few) < set(texts) and kept.sum() == pytest.approx(1)


def test_a_mixture_of_integers_has_no_decimals_and_one_with_others_has() -> None:
    coins = [(1.0, "bernoulli", {"p": 0.2}), (1.0, "bernoulli", {"p": 0.6})]
    texts, masses = mixed(coins, 2, 1001)
    assert texts == ["0", "1"] and masses == pytest.approx([0.6, 0.4])
    texts, masses = mixed([coins[0], (1.0, "uniform", {"a": 0, "b": 1})], 1, 1001)
    assert texts[0] == "0.0" and masses[0] == pytest.approx(0.5 * 0.8 + 0.5 * 0.05)


def test_a_file_may_take_options_and_law_from_a_mixture(tmp_path: Path) -> None:
    path = tmp_path / SPACES / "draw.yaml"
    path.parent.mkdir(parents=True)
    part = "{{weight: {}, family: {}, parameters: {}}}"
    parts = [part.format(3, "gaussian", "{mu: -2, sigma: .5}"), part.format(1, "exponential", "{lambda: 2}")]
    path.write_text(f"kind: draw\nmixture: [{', '.join(parts)}]\ndecimals: 1\n")
    space, _ = read_space("draw", tmp_path)
    texts, masses = mixed(TWO, 1, 1001)
    assert space.options == tuple(texts) and space.law == pytest.approx(tuple(masses))
    path.write_text(f"kind: draw\nmixture: [{part.format(0, 'beta', '{alpha: 1, beta: 1}')}]\n")
    with pytest.raises(SpaceError, match=r"mixture\.0\.weight: input should be greater than 0, but is 0"):
        read_space("draw", tmp_path)
    path.write_text(f"kind: draw\nmixture: [{part.format(1, 'beta', '{alpha: 1}')}]\n")
    with pytest.raises(SpaceError, match="mixture: beta: parameter 'beta' is missing"):
        read_space("draw", tmp_path)
