"""What jobs will cost at most, before any of them ran."""

from math import comb
from pathlib import Path
from types import SimpleNamespace

import pytest

from wideband.cli.explain import sums
from wideband.config import Study, load_study
from wideband.workflow.estimate import Cost, entailment_pairs, most_tokens

ROOT = Path(__file__).parents[2]
# The registered rows of sources whose slices say no number, which take all of them or some.
WHOLE = {"humaneval": 164, "mbpp": 500, "math_geometry": 5000, "truthfulqa": 817, "ifeval": 510}


@pytest.fixture
def olmo(monkeypatch: pytest.MonkeyPatch) -> Study:
    """A study of files, five of whose slices say no number of items."""
    monkeypatch.chdir(ROOT)
    return load_study("collapse-olmo3-7b")


def sampling(name: str) -> SimpleNamespace:
    """A job that samples a slice."""
    spec = SimpleNamespace(params={"n": 16, "max_tokens": 100})
    return SimpleNamespace(rule="sample", wildcards={"slice": name}, spec=spec)


def test_a_slice_without_a_number_has_at_most_what_its_source_has(olmo: Study) -> None:
    every = [WHOLE.get(name, 500) for _, _, name in olmo.separate_evaluations("entailment")]
    assert set(WHOLE.values()) <= set(every)
    assert entailment_pairs(olmo) == 3 * sum(n * comb(16, 2) + 500 for n in every)
    for name, items in {**WHOLE, "gsm8k": 500}.items():
        assert most_tokens(sampling(name), olmo) == items * 16 * 100


def test_files_that_are_not_registered_have_any_number_and_sums_say_so(olmo: Study) -> None:
    own = olmo.model_copy(update={"data": olmo.data.model_copy(update={"verify": False})})
    assert most_tokens(sampling("humaneval"), own) is None and entailment_pairs(own) is None
    assert most_tokens(sampling("gsm8k"), own) == 500 * 16 * 100
    known, unknown = Cost(700, None, None, bound=True), Cost(None, None, None)
    assert sums([known, known], olmo, 0).startswith("2 jobs: at most 1,400 tokens, hours")
    assert sums([known, unknown], olmo, 1).startswith(
        "2 jobs: at most 700 tokens and those of 1 job whose items are not counted yet, hours"
    )
