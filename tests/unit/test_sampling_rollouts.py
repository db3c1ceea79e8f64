"""Seeds and the rollouts table: paired draws, and nothing moves when something is added."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from wideband.sampling.requests import Completion, Request, Settings
from wideband.sampling.rollouts import sample_rollouts
from wideband.sampling.seeds import derive_seed
from wideband.sampling.transformers_engine import TransformersEngine
from wideband.tables import TableError, read_table, write_table

PROBLEMS = pd.DataFrame({"uid": ["a", "b", "c"], "problem": ["1 + 1", "2 + 2", "3 + 3"]})
SETTINGS = Settings(1.0, 8, ("</answer>",))


class Echo:
    """An engine that answers with the request itself."""

    name = "echo"

    def sample(self, requests: Sequence[Request], settings: Settings) -> list[Completion]:
        return [Completion(f"{each.prompt}:{each.seed}", (1,), 1, 2, "stop", -0.5) for each in requests]


def rollouts(
    problems: pd.DataFrame = PROBLEMS, n: int = 2, engine: Any = None, **labels: str
) -> pd.DataFrame:
    named = {"arm": "panel", "checkpoint": "base", "slice": "test"} | labels
    return sample_rollouts(engine or Echo(), problems, lambda text, _: f"Q {text}", SETTINGS, n, 4, named)


def keyed(frame: pd.DataFrame) -> dict[tuple[str, int], int]:
    return {(row.uid, row.sample): row.seed for row in frame.itertuples(index=False)}


def test_arms_and_checkpoints_share_their_seeds() -> None:
    assert keyed(rollouts(arm="think", checkpoint="warmup")) == keyed(rollouts())


def test_every_rollout_of_a_slice_has_its_own_seed_and_other_slices_have_others() -> None:
    seeds = [*keyed(rollouts(n=5)).values(), *keyed(rollouts(n=5, slice="pool")).values()]
    assert len(set(seeds)) == len(seeds) == 30


def test_adding_problems_or_rollouts_changes_none_of_the_others() -> None:
    more = pd.concat([pd.DataFrame({"uid": ["z"], "problem": ["9 + 9"]}), PROBLEMS])
    small, large = rollouts(), rollouts(more, n=4)
    assert keyed(small).items() < keyed(large).items()
    both = small.merge(large, on=["uid", "sample"], suffixes=("", "_more"))
    assert list(both["completion"]) == list(both["completion_more"])


def test_each_completion_stands_beside_its_own_problem() -> None:
    for row in rollouts().itertuples(index=False):
        text = PROBLEMS.set_index("uid").loc[row.uid, "problem"]
        assert row.completion == f"Q {text}:{row.seed}"


def test_the_table_keeps_its_contract(tmp_path: Path, model: Any, tokenizer: Any) -> None:
    table = rollouts(engine=TransformersEngine(model, tokenizer, 4))
    write_table(table, tmp_path / "rollouts.parquet", "rollouts")
    stored = read_table(tmp_path / "rollouts.parquet", "rollouts")
    pd.testing.assert_frame_equal(stored, table[stored.columns], check_dtype=False)
    assert stored["prompt_sha"].nunique() == 3
    assert [len(ids) for ids in stored["token_ids"]] == stored["completion_tokens"].tolist()


def test_a_table_of_an_earlier_version_is_read_without_its_token_ids(tmp_path: Path) -> None:
    rollouts().drop(columns="token_ids").to_parquet(tmp_path / "old.parquet")
    assert read_table(tmp_path / "old.parquet", "rollouts")["token_ids"].isna().all()
    with pytest.raises(TableError, match="misses columns"):
        write_table(rollouts().drop(columns="token_ids"), tmp_path / "new.parquet", "rollouts")


@pytest.mark.parametrize(("left", "right"), [(("a", "b1"), ("a", "b", "1")), (("ab", "c"), ("a", "bc"))])
def test_seeds_tell_parts_apart(left: tuple[str, ...], right: tuple[str, ...]) -> None:
    assert derive_seed(*left) != derive_seed(*right)


def test_a_seed_is_the_same_for_ever() -> None:
    # Published rollouts name their seeds: a change of derivation would orphan them.
    assert derive_seed(4, "test", "a", 0) == 97245997351976
