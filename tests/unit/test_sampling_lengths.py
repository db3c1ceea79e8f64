"""Whether prompts leave room for completions, told by the key of the study that is too long."""

from typing import Any

import pandas as pd

from wideband.sampling.lengths import Longest, longest_prompts, without_room


def test_the_longest_prompt_of_a_slice_is_measured_as_the_engine_sees_it(tokenizer: Any) -> None:
    problems = pd.DataFrame({"uid": ["a", "b", "c"], "problem": ["1", "1 + 1 + 1", "2"]})
    empty = problems[:0]
    found = longest_prompts({"some": problems, "none": empty}, lambda text, _: f"User: {text}", tokenizer)
    assert found == {"some": Longest(len(tokenizer.encode("User: 1 + 1 + 1")), "b")}


def test_a_key_that_leaves_no_room_is_named_with_what_would() -> None:
    limits = {
        "benchmarks.x.max_tokens": ["x", 90],
        "stages.s.max_tokens": ["x", 91],
        "band.max_tokens": ["y", 1],
        "benchmarks.none.max_tokens": ["none", 99],
    }
    longest = {"x": Longest(10, "x7"), "y": Longest(100, "y1")}
    assert list(without_room("panel", "micro", 100, limits, longest)) == [
        "stages.s.max_tokens: 91 and the longest prompt of arm 'panel' on x (10 tokens, uid x7) exceed the "
        "context of 100 tokens of base 'micro'; lower it to 90, or leave long problems out",
        "band.max_tokens: 1 and the longest prompt of arm 'panel' on y (100 tokens, uid y1) exceed the "
        "context of 100 tokens of base 'micro'; leave long problems out",
    ]
