"""The prompts of the package that have no right answer."""

from wideband.config.data import Data, Slice
from wideband.data.slices import build_slice
from wideband.data.sources.prompts import kinds


def drawn(**wanted: object) -> list[tuple[str, str]]:
    part = Slice(source="prompts", split="test", **wanted)
    rows = build_slice("tales", Data(slices={"tales": part})).to_dict("records")
    return [(row["space"], row["problem"]) for row in rows]


def test_there_are_a_hundred_prompts_of_ten_kinds_and_none_twice() -> None:
    every = drawn()
    assert len({problem for _, problem in every}) == len(every) >= 100
    assert len(kinds()) == len({kind for kind, _ in every}) == 10


def test_a_slice_has_the_kinds_that_it_names() -> None:
    assert {kind for kind, _ in drawn(kinds=["food", "words"])} == {"food", "words"}
    balanced = [kind for kind, _ in drawn(kinds=["food", "words"], n=6, stratify="subject")]
    assert balanced.count("food") == balanced.count("words") == 3
