"""The pool's held-out problems, and each arm's training problems out of its band."""

import logging

import pandas as pd
import pytest

from wideband.config.data import Heldout
from wideband.data import splits
from wideband.data.errors import DataError, NoBandError
from wideband.data.leakage import shared
from wideband.data.problems import table


def pool(sizes: dict[str, int]) -> pd.DataFrame:
    rows = [
        {"uid": f"{name}_{i}", "source": name, "split": "pool", "problem": f"{name} {i}?", "gold": str(i)}
        for name, size in sizes.items()
        for i in range(size)
    ]
    return table(rows)


def band(frame: pd.DataFrame, inside: set[str], arm: str = "panel") -> pd.DataFrame:
    bands = ["variance_band" if uid in inside else "all_zero" for uid in frame["uid"]]
    return pd.DataFrame({"arm": arm, "checkpoint": "math", "uid": frame["uid"], "band": bands})


SIZES = {"olympiadbench": 30, "amc": 8, "hmmt": 6, "aime": 6}
POOL = pool(SIZES)
CONFIG = Heldout(n_per_source=3)


def test_heldout_takes_equal_counts_of_every_source() -> None:
    drawn = splits.heldout(POOL, CONFIG)
    assert drawn["source"].value_counts().to_dict() == dict.fromkeys(SIZES, 3)
    assert set(drawn["split"]) == {"test"}
    assert set(drawn["uid"]) <= set(POOL["uid"])


def test_heldout_is_the_same_for_any_order_of_the_pool_and_another_for_another_seed() -> None:
    drawn = splits.heldout(POOL, CONFIG)
    backwards = splits.heldout(POOL.iloc[::-1].reset_index(drop=True), CONFIG)
    assert drawn.equals(backwards)
    assert set(splits.heldout(POOL, CONFIG.model_copy(update={"seed": 1}))["uid"]) != set(drawn["uid"])


def test_a_source_with_too_few_problems_is_named() -> None:
    with pytest.raises(DataError, match=r"needs 7 problems of each source .* aime has 6; hmmt has 6; lower"):
        splits.heldout(POOL, CONFIG.model_copy(update={"n_per_source": 7}))


def test_an_arm_trains_on_its_band_minus_heldout() -> None:
    held = splits.heldout(POOL, CONFIG)
    inside = set(POOL["uid"].iloc[::2])
    trained = splits.arm_train(POOL, band(POOL, inside), held, "stop")
    assert set(trained["uid"]) == inside - set(held["uid"])
    assert trained["uid"].tolist() == [uid for uid in POOL["uid"] if uid in set(trained["uid"])]
    assert set(trained["split"]) == {"train"}


def test_a_heldout_text_is_kept_out_under_another_uid_too() -> None:
    held = splits.heldout(POOL, CONFIG)
    twin = held.iloc[[0]].assign(uid="twin", problem=f" {held['problem'].iloc[0].upper()}  ", split="pool")
    doubled = pd.concat([POOL, twin], ignore_index=True)
    trained = splits.arm_train(doubled, band(doubled, set(doubled["uid"])), held, "stop")
    assert "twin" not in set(trained["uid"])
    assert shared(trained, held) == []


def test_an_empty_band_stops_or_takes_the_pool_with_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    held = splits.heldout(POOL, CONFIG)
    nothing = band(POOL, set())
    with pytest.raises(NoBandError, match=r"arm panel at math has no variance-band .*band\.if_empty: pool"):
        splits.arm_train(POOL, nothing, held, "stop")
    with caplog.at_level(logging.WARNING):
        trained = splits.arm_train(POOL, nothing, held, "pool")
    assert set(trained["uid"]) == set(POOL["uid"]) - set(held["uid"])
    assert "training on all 38 pool problems" in caplog.text


def test_a_band_that_is_wholly_held_out_counts_as_empty() -> None:
    held = splits.heldout(POOL, CONFIG)
    with pytest.raises(NoBandError, match=r"\(12 in band, all held out\)"):
        splits.arm_train(POOL, band(POOL, set(held["uid"])), held, "stop")


def test_a_pool_that_is_wholly_held_out_stops_either_way() -> None:
    small = pool({"amc": 3})
    with pytest.raises(NoBandError, match="the whole pool is held out"):
        splits.arm_train(small, band(small, set()), small, "pool")


def test_the_band_of_another_pool_or_of_two_policies_is_refused() -> None:
    held = splits.heldout(POOL, CONFIG)
    with pytest.raises(
        DataError, match=r"not of this pool: 1 problems missing, 0 foreign, .*olympiadbench_0"
    ):
        splits.arm_train(POOL, band(POOL.iloc[1:], set()), held, "stop")
    both = pd.concat([band(POOL, set()), band(POOL, set(), arm="think")])
    with pytest.raises(DataError, match="band table holds 2 policies"):
        splits.arm_train(POOL, both, held, "stop")
