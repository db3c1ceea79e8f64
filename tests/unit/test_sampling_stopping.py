"""The stop rule on token ids: end of text, single-token stops, stops spelled in unusual tokens."""

from typing import Any

import pytest

from wideband.sampling.stopping import StopRule


def spelled(tokenizer: Any, text: str) -> list[int]:
    """The text byte by byte, as a model may write it, instead of in its usual tokens."""
    return [token for letter in text for token in tokenizer.encode(letter)]


def test_the_end_of_text_token_stops_and_leaves_no_trace(tokenizer: Any) -> None:
    rule = StopRule(tokenizer, ())
    ids = [*tokenizer.encode("done"), tokenizer.eos_token_id]
    assert [rule.ends(ids[: n + 1]) for n in range(len(ids))] == [False] * (len(ids) - 1) + [True]
    assert rule.text(ids) == "done"


def test_a_closing_tag_stops_and_is_stripped(tokenizer: Any) -> None:
    rule = StopRule(tokenizer, ("</answer>",))
    ids = tokenizer.encode("<answer>5</answer>")
    assert rule.ends(ids)
    assert not rule.ends(ids[:-1])
    assert rule.text(ids) == "<answer>5"


@pytest.mark.parametrize("stop", ["The answer is", "altogether π"])
def test_a_stop_is_found_however_it_is_cut_into_tokens(tokenizer: Any, stop: str) -> None:
    rule = StopRule(tokenizer, (stop,))
    letters = spelled(tokenizer, stop)
    assert len(letters) > len(tokenizer.encode(stop))
    for ids in (tokenizer.encode(stop), letters):
        assert rule.ends(tokenizer.encode("so 3. ") + ids)
        assert not rule.ends(tokenizer.encode("so 3. ") + ids[:-1])
        assert rule.text(tokenizer.encode("so 3. ") + ids) == "so 3. "


@pytest.mark.parametrize("stop", ["\n\n", "</a>\n", " .", "π\n", "\nQ:"])
def test_a_stop_with_blanks_is_found_however_it_is_cut_into_tokens(tokenizer: Any, stop: str) -> None:
    rule = StopRule(tokenizer, (stop, "</answer>"))
    letters = spelled(tokenizer, f"so 3{stop}")
    assert [rule.ends(letters[: n + 1]) for n in range(len(letters))] == [False] * (len(letters) - 1) + [True]
    assert rule.ends(tokenizer.encode(f"so 3{stop}"))


def test_an_earlier_stop_is_not_seen_again(tokenizer: Any) -> None:
    rule = StopRule(tokenizer, ("</answer>",))
    assert not rule.ends(tokenizer.encode("</answer> and then"))


def test_a_closing_tag_stops_even_when_written_letter_by_letter(tokenizer: Any) -> None:
    rule = StopRule(tokenizer, ("</answer>",))
    ids = spelled(tokenizer, "5</answer>")
    assert [rule.ends(ids[: n + 1]) for n in range(len(ids))] == [False] * (len(ids) - 1) + [True]
    assert rule.text(ids) == "5"
