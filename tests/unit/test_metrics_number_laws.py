"""Metrics of items that ask for a number from a stated distribution."""

import csv
import json
import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from wideband import tasks
from wideband.metrics import by_item, number_laws
from wideband.metrics.bootstrap import Bootstrap
from wideband.metrics.by_item import Item
from wideband.metrics.estimate import Estimate
from wideband.metrics.per_problem import long_table
from wideband.numbers.estimators.answers import gain_over_families, over_families, rejected
from wideband.spaces.discretised import canonical
from wideband.spaces.distribution import Distribution

DATA = Path(__file__).parents[3] / "shared/data/calibration"
NAMES = [name for name in by_item.names() if "distribution" in by_item.load(name).needs]


def stated(family: str, decimals: int = 2, **parameters: float) -> tuple[Distribution, np.ndarray]:
    texts, masses = canonical(family, parameters, decimals, 1001)
    return Distribution(family, tuple(parameters.items()), tuple(texts)), masses


def item(said: tuple[Distribution, np.ndarray], numbers: list[float] | np.ndarray, **told: object) -> Item:
    distribution, target = said
    drawn = np.array(numbers, dtype=float)
    valid = [distribution.place(number) for number in drawn[distribution.valid(drawn)]]
    counts = np.bincount(valid, minlength=len(target)) if valid else np.zeros(len(target), dtype=int)
    told.setdefault("per_prefix", np.zeros(len(target)))
    given = {"logprobs": np.log(target), "counts": counts, "draws": len(drawn), "numbers": drawn}
    return Item(target, distribution=distribution, **given | told)


def values(of: Item) -> dict[str, float]:
    return {name: by_item.load(name)(of) for name in NAMES}


COIN = stated("bernoulli", p=0.25)
WHOSE = {"arm": "a", "checkpoint": "base", "slice": "s"}


def test_a_policy_that_is_the_law_is_at_zero_and_one_that_is_not_at_what_theory_says() -> None:
    perfect = values(item(COIN, [0, 0, 0, 1]))
    for name in (
        "kl_divergence",
        "kl_mean_over_prefixes",
        "kl_valid",
        "wasserstein",
        "wasserstein_by_range",
    ):
        assert perfect[name] == pytest.approx(0, abs=1e-12)
    half = values(item(COIN, [0], logprobs=np.log([0.25, 0.25])))
    entropy = 0.75 * math.log(0.75) + 0.25 * math.log(0.25)
    assert half["kl_divergence"] == pytest.approx(entropy + math.log(4))
    assert half["kl_valid"] == pytest.approx(entropy + math.log(2))
    assert half["wasserstein"] == half["wasserstein_by_range"] == pytest.approx(0.25)


def test_the_three_parts_of_validity_are_told_apart() -> None:
    found = values(item(COIN, [0, 1, 0.5, 7, math.nan]))
    assert found["sampled_parses"] == 0.8
    assert found["sampled_in_support"] == 0.6
    assert found["sampled_integer"] == 0.6
    assert by_item.load("sampled_valid")(item(COIN, [0, 1, 0.5, 7, math.nan])) == 0.4
    assert math.isnan(values(item(stated("gaussian", mu=0, sigma=1), [0.5]))["sampled_integer"])


def test_w1_of_samples_is_the_mean_distance_to_quantiles() -> None:
    said = stated("uniform", a=0, b=10)
    found = values(item(said, [1.0, 9.0, math.nan, 11.0]))
    assert found["sampled_wasserstein"] == pytest.approx((1.5 + 1.5) / 2)
    assert found["sampled_wasserstein_by_range"] == pytest.approx(1.5 / 9.98)
    assert found["excess_wasserstein_by_range"] == pytest.approx(
        found["sampled_wasserstein_by_range"] - found["wasserstein_floor_by_range"]
    )


def test_items_of_a_law_have_these_metrics_and_not_those_of_listed_options() -> None:
    gives = tasks.load("law").GIVES
    found = by_item.applying(gives, lambda _: True)
    assert set(NAMES) <= set(found) and {"total_variation", "valid_mass", "sampled_valid"} <= set(found)
    assert not {"chi_square_p", "order_spread", "sampled_variation"} & set(found)
    assert not set(NAMES) & set(by_item.applying(tasks.load("choice").GIVES, lambda _: True))


def test_no_score_where_nothing_is_valid() -> None:
    found = values(item(COIN, [math.nan, 7.0]))
    assert {name for name, value in found.items() if math.isnan(value)} == {
        "sampled_wasserstein",
        "sampled_wasserstein_by_range",
        "wasserstein_floor_by_range",
        "excess_wasserstein_by_range",
        "fit_p",
    }
    assert found["sampled_parses"] == 0.5


@pytest.mark.skipif(not DATA.is_dir(), reason="needs the published floors")
def test_the_floor_is_what_perfect_samplers_of_others_got() -> None:
    rows = list(csv.DictReader((DATA / "w1_floor_n1000.csv").open()))
    mean = next(name for name in rows[0] if "mean" in name)
    for row in rows:
        if row["family"] == "cauchy":
            continue
        said = Distribution(row["family"], tuple(json.loads(row["parameters"]).items()))
        assert number_laws.wasserstein_floor(said, 1000) == pytest.approx(float(row[mean]), rel=0.35), row


def test_the_fit_of_a_perfect_sampler_is_not_rejected_and_that_of_another_is() -> None:
    random = np.random.default_rng(5)
    for said in (stated("gaussian", mu=1, sigma=2), stated("poisson", **{"lambda": 4.0})):
        good = said[0].quantiles(random.random(200))
        assert values(item(said, good))["fit_p"] > 0.01
        assert values(item(said, np.round(good * 0.3)))["fit_p"] < 1e-6
    assert values(item(COIN, [0, 1]))["fit_p"] is not None and math.isnan(values(item(COIN, [0, 1]))["fit_p"])


def test_cells_of_a_discrete_test_expect_five_draws() -> None:
    said, n = stated("poisson", **{"lambda": 4.0}), 50
    cells = number_laws._cells(n * said[1])
    assert np.bincount(cells, n * said[1]).min() >= 5
    assert (np.diff(cells) >= 0).all()
    counts = item(said, [4.0] * n).counts
    observed, expected = np.bincount(cells, counts), np.bincount(cells, n * said[1])
    assert number_laws.fit(np.full(n, 4.0), counts, *said[::-1]) == pytest.approx(
        stats.chisquare(observed, expected).pvalue
    )


def test_the_share_rejected_is_of_items_that_can_be_tested_after_holm() -> None:
    p_values = np.array([0.001, 0.02, 0.04, 0.5, math.nan])
    uids = np.array(list("abcde"), dtype=object)
    table = long_table(WHOSE, uids, {"fit_p": (p_values, np.full(5, 20))})
    found = rejected([table], "fit_p", None, 0.95)
    assert (found.value, found.n) == (0.25, 4)
    nothing = long_table(WHOSE, uids, {"fit_p": (np.full(5, math.nan), np.full(5, 20))})
    assert math.isnan(rejected([nothing], "fit_p", None, 0.95).value)


def test_quantiles_of_discrete_laws_are_those_of_scipy() -> None:
    levels = np.linspace(0.001, 0.999, 57)
    for family, parameters in (("skellam", {"mu1": 3.0, "mu2": 5.0}), ("geometric", {"p": 0.3})):
        said = Distribution(family, tuple(parameters.items()))
        assert said.quantiles(levels) == pytest.approx(said.law.ppf(levels))


def of_families(name: str, values: list[float]) -> list[pd.DataFrame]:
    """A metrics table of five items and their problems: three families of one, one and three items."""
    uids = np.array(list("abcde"), dtype=object)
    table = long_table(WHOSE, uids, {name: (np.array(values), np.full(5, 20))})
    return [table, pd.DataFrame({"uid": uids[::-1], "space": [*["chi"] * 3, "beta", "gamma"]})]


def test_families_are_weighted_equally_however_many_items_they_have() -> None:
    boot = Bootstrap(resamples=200)
    tables = of_families("wasserstein", [1.0, 2.0, 9.0, 12.0, 15.0])
    mean, median = (over_families(tables, "wasserstein", of, boot) for of in ("mean", "median"))
    assert (mean.value, mean.n) == (pytest.approx((1 + 2 + 12) / 3), 3) and median.value == 2
    for found in (mean, median):
        assert found.interval[0] <= found.value <= found.interval[1]
    before, _ = of_families("wasserstein", [0.0, 4.0, 9.0, 12.0, math.nan])
    gain = gain_over_families([tables[0], before, tables[1]], "wasserstein", "mean", boot)
    # The item that one side cannot give drops out of its family.
    assert gain.value == pytest.approx((1 - 2 + 0) / 3)


def test_a_family_without_anything_valid_is_left_out_and_nothing_at_all_is_no_score() -> None:
    def over(values: list[float]) -> Estimate:
        tables = of_families("sampled_wasserstein", values)
        return over_families(tables, "sampled_wasserstein", "mean", Bootstrap(resamples=50))

    some = over([math.nan, 2, 3, 4, 5])
    assert (some.value, some.n) == (3.0, 2)
    none = over([math.nan] * 5)
    assert math.isnan(none.value) and none.interval is None and none.n == 0
