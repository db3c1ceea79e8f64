"""L5 of exact laws: what a checkpoint gives passes, what it does not is found and named."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from wideband.audit import laws as audit_laws
from wideband.audit.finding import Finding
from wideband.audit.memo import Memo
from wideband.likelihood import laws
from wideband.likelihood.items import questions
from wideband.likelihood.tables import loglikelihoods, next_tokens
from wideband.policy.load import sampling_policy
from wideband.tables import SCHEMAS, write_table

CELL = {"arm": "a", "checkpoint": "base", "slice": "s"}
EXACT, OPENINGS = "arms/a/base/loglikelihoods/s.parquet", "arms/a/base/next_tokens/s.parquet"
PARAMS = {"scaffold": "direct", "template": "Q: {problem}\n", "task": "choice", "temperature": 1.0}
Change = Callable[[pd.DataFrame], pd.DataFrame]


@pytest.fixture(scope="module")
def tables(tiny_base: Path, tokenizer: Any) -> dict[str, pd.DataFrame]:
    """Eight items about digits and their laws, computed together."""
    items = pd.DataFrame(
        [
            {
                "uid": f"i{n}",
                "task": "choice",
                "space": "digits",
                "problem": f"Pick {n}.",
                "options": list("123"),
            }
            for n in range(8)
        ]
    )
    missing = dict.fromkeys(set(SCHEMAS["problems"].columns) - set(items.columns))
    items = items.assign(**missing).assign(source="choice", split="test", answer_type="option")
    asked = questions(items, [f"Q: {problem}\n" for problem in items["problem"]])
    found, uids = laws(sampling_policy(tiny_base, None), tokenizer, asked), list(items["uid"])
    return {
        "problems": items,
        "loglikelihoods": loglikelihoods(CELL, uids, asked, found),
        "next_tokens": next_tokens(CELL, uids, found, tokenizer),
    }


@pytest.fixture
def replayed(
    tiny_base: Path, tables: dict[str, pd.DataFrame], tmp_path: Path
) -> Callable[..., list[Finding]]:
    (tmp_path / "models").mkdir()
    (tmp_path / "models/tiny").symlink_to(tiny_base)
    spec = SimpleNamespace(params=PARAMS, digest="d")
    job = SimpleNamespace(rule="loglikelihood", wildcards=CELL, outputs=(EXACT, OPENINGS), spec=spec)
    study = SimpleNamespace(
        base_of=lambda *_: SimpleNamespace(kind="pretrain", name="tiny"), holder=lambda arm, _: arm
    )
    results = SimpleNamespace(
        planned=[job], root=tmp_path, study=study, jobs={}, digest=str, seed="1", skipped=set(), notes=[]
    )

    def check(**changes: Change) -> list[Finding]:
        for name, path in (
            ("problems", "data/s.parquet"),
            ("loglikelihoods", EXACT),
            ("next_tokens", OPENINGS),
        ):
            changed = changes.get(name, lambda frame: frame)(tables[name].copy())
            write_table(changed, tmp_path / path, name)
        return list(audit_laws.check(results, Memo(None)))

    return check


def test_what_the_checkpoint_gives_passes_and_the_items_follow_from_the_seed(replayed: Any) -> None:
    assert replayed() == []
    assert audit_laws.ITEMS < 8


def test_a_law_that_was_flattened_is_found(replayed: Any) -> None:
    def flat(frame: pd.DataFrame) -> pd.DataFrame:
        return frame.assign(logprob=np.log(1 / 3))

    (found,) = replayed(loglikelihoods=flat)
    assert (found.code, found.level, found.file) == ("REPLAY_MISMATCH", 5, EXACT)
    assert "log-probability is -1.09861, computed again" in found.detail


def test_a_shift_of_a_hundredth_of_a_nat_is_found_and_rounding_is_not(replayed: Any) -> None:
    def moved(by: float) -> Change:
        return lambda frame: frame.assign(logprob=frame["logprob"] + by)

    assert replayed(loglikelihoods=moved(1e-6)) == []
    assert [found.code for found in replayed(loglikelihoods=moved(0.01))] == ["REPLAY_MISMATCH"]


@pytest.mark.parametrize("part", [0.0, None])
def test_a_part_in_the_mean_over_prefixes_that_is_another_or_none_is_found(replayed: Any, part: Any) -> None:
    (found,) = replayed(loglikelihoods=lambda frame: frame.assign(per_prefix=part))
    assert found.code == "REPLAY_MISMATCH" and "its part in the mean over prefixes is" in found.detail


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda frame: frame.assign(entropy=frame["entropy"] + 0.1), "entropy is"),
        (
            lambda frame: frame.assign(leading_tokens=[each[::-1] for each in frame["leading_tokens"]]),
            "leading tokens are others",
        ),
    ],
)
def test_openings_of_another_policy_are_found(replayed: Any, change: Change, said: str) -> None:
    (found,) = replayed(next_tokens=change)
    assert (found.code, found.file) == ("REPLAY_MISMATCH", OPENINGS)
    assert said in found.detail


def test_a_checkpoint_that_cannot_be_read_is_a_finding(replayed: Any, tmp_path: Path) -> None:
    (tmp_path / "models/tiny").unlink()
    (found,) = replayed()
    assert found.code == "REPLAY_MISMATCH"
    assert found.detail.startswith("cannot be computed again")
