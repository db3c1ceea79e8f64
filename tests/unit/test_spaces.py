"""Answer spaces: what is refused, in one line, and their files."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from wideband.config.spaces import SPACES, read_space
from wideband.spaces import SpaceError, answer_space, token_sequences
from wideband.spaces.of_items import check_answers, check_written

ROOT = Path(__file__).parents[2]


def test_a_space_is_uniform_unless_it_says_otherwise() -> None:
    assert answer_space("coin", "side", ["heads", "tails"]).law == (0.5, 0.5)
    bent = answer_space("coin", "side", ["heads", "tails"], {"tails": 0.25, "heads": 0.75})
    assert bent.law == (0.75, 0.25)


@pytest.mark.parametrize(
    ("options", "law", "message"),
    [
        (["red"], None, "1 options; a space needs two or more"),
        (["red", " "], None, "option 2 is empty"),
        (["red", "blue "], None, "option 'blue ' has spaces around it"),
        (["red", "blue", "red"], None, "option 'red' is listed 2 times"),
        (["red", "blue"], {"red": 0.5, "green": 0.5}, "gives mass to 'green', which is not an option"),
        (["red", "blue"], {"red": 1.0}, "gives no mass to 'blue'"),
        (["red", "blue"], {"red": 1.5, "blue": -0.5}, "gives -0.5 to 'blue'"),
        (["red", "blue"], {"red": 0.5, "blue": 0.4}, "sum to 0.9; make them sum to 1"),
        (["red", "blue"], {"red": float("nan"), "blue": 0.4}, "gives nan to 'red'"),
    ],
)
def test_a_wrong_space_is_one_clear_error(options: list[str], law: dict | None, message: str) -> None:
    with pytest.raises(SpaceError) as error:
        answer_space("colour", "colour", options, law)
    assert str(error.value).startswith("answer space 'colour': ") and message in str(error.value)
    assert "\n" not in str(error.value)


def letters(text: str) -> list[int]:
    """A tokenizer that knows no case."""
    return [ord(letter) for letter in text.lower()]


def test_options_that_begin_one_another_are_allowed() -> None:
    space = answer_space("number", "number", ["1", "10", "100"])
    assert token_sequences(space, letters, 4) == [(49,), (49, 48), (49, 48, 48)]
    assert token_sequences(space, letters, 5, " ")[0] == (32, 49)


@pytest.mark.parametrize(
    ("options", "room", "message"),
    [
        (["Red", "blue", "red"], 9, "options 'Red' and 'red' are the same tokens to this model"),
        (["red", "yellow"], 6, "option 'yellow' has 6 tokens, but prompt and context leave 5"),
        (["red", "yellow"], -3, "option 'red' has 3 tokens, but prompt and context leave 0"),
    ],
)
def test_what_a_model_cannot_tell_apart_or_hold_is_refused(
    options: list[str], room: int, message: str
) -> None:
    with pytest.raises(SpaceError, match=message):
        token_sequences(answer_space("colour", "colour", options), letters, room)
    with pytest.raises(SpaceError, match="option 'red' has no token"):
        token_sequences(answer_space("colour", "colour", ["red", "blue"]), lambda _: [], 9)


@pytest.mark.parametrize("path", sorted((ROOT / SPACES).glob("*.yaml")), ids=lambda path: path.stem)
def test_every_file_is_a_space(path: Path) -> None:
    space, requests = read_space(path.stem, ROOT)
    assert space.name == path.stem and len(space.options) >= 4
    np.testing.assert_allclose(sum(space.law), 1)
    assert len(requests) >= 3 and all(space.kind in request for request in requests)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("kind: day\noptions: [mon, tue\n", "not valid YAML"),
        ("- mon\n", "an answer space is a mapping"),
        ("kind: day\noption: [mon, tue]\n", "option: unknown key; did you mean 'options'?"),
        ("options: [mon, tue]\n", "kind: missing key"),
        ("kind: day\noptions: [yes, no]\n", "options.0: input should be a valid string, but is True"),
        ("kind: day\nintegers: [5, 1]\n", "0 options; a space needs two or more"),
        ("kind: day\noptions: [a, b]\nintegers: [1, 5]\n", "options and integers; keep one of them"),
        ("kind: day\noptions: [a, b]\nrequests: [Pick one.]\n", "'Pick one.' has no {kind}"),
        ("kind: day\noptions: [a, b]\nlaw: {a: 1, b: 1}\n", "sum to 2; make them sum to 1"),
        (
            "kind: day\noptions: [caf\u00e9, tea, cafe\u0301]\n",
            "'caf\\xe9' and 'cafe\\u0301' are one text, 'café'",
        ),
        ("kind: day\noptions: ['1', \uff11]\n", "'1' and '\\uff11' are one text, '1'"),
        (
            "kind: day\ncounts: {a: 3, b: -1}\n",
            "counts.b: input should be greater than or equal to 0, but is -1",
        ),
        ("kind: day\ncounts: {a: 0, b: 0}\n", "counts: all of them are 0"),
        ("kind: day\ncounts: {yes: 2, no: 3}\n", "counts: the option True is no text; write it in quotes"),
        ("kind: day\ncounts: {a: 2}\noptions: [a, b]\n", "options and counts; keep one of them"),
        ("kind: day\ncounts: {a: 2, b: 1}\nlaw: {a: 1, b: 0}\n", "the masses come from counts"),
        ("kind: day\noptions: [a, b]\ndecimals: 1\n", "decimals and max_bins here are those of a mixture"),
    ],
)
def test_a_wrong_file_is_named_with_what_is_wrong(text: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / SPACES / "day.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(text)
    with pytest.raises(SpaceError) as error:
        read_space("day", tmp_path)
    assert str(error.value).startswith(str(path)) and message in str(error.value)


def test_counts_are_options_with_masses(tmp_path: Path) -> None:
    path = tmp_path / SPACES / "coin.yaml"
    path.parent.mkdir(parents=True)
    path.write_text("kind: side\ncounts: {heads: 70, tails: 30, edge: 0}\n")
    space, _ = read_space("coin", tmp_path)
    assert space.options == ("heads", "tails", "edge") and space.law == (0.7, 0.3, 0.0)


def test_an_unknown_space_is_answered_with_the_nearest() -> None:
    with pytest.raises(SpaceError, match=r"colur\.yaml: no such answer space; did you mean 'colour'\?"):
        read_space("colur", ROOT)


def test_spaces_and_laws_need_no_torch() -> None:
    code = (
        "import sys, wideband.config.spaces, wideband.metrics.laws, wideband.metrics.sampled_laws;"
        "raise SystemExit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT).returncode == 0


def test_answers_of_items_are_checked_as_the_model_sees_them() -> None:
    items = pd.DataFrame(
        {
            "uid": ["a", "b"],
            "task": "choice",
            "space": ["coin", None],
            "options": [["heads", "tails"], ["x", "y"]],
        }
    )
    check_answers(items, lambda text: [ord(text[0]), len(text)], room=3)
    with pytest.raises(SpaceError, match="answer space 'coin': option 'heads' has 2 tokens"):
        check_answers(items, lambda text: [ord(text[0]), len(text)], room=2)
    with pytest.raises(SpaceError, match="answer space 'b': options 'x' and 'y' are the same tokens"):
        check_answers(items, lambda text: [len(text)] if len(text) == 1 else [ord(text[0])], room=2)


def test_an_answer_that_the_tokenizer_cannot_write_is_named() -> None:
    def encode(text: str) -> list[int]:
        return [ord(letter) if letter in "0123456789." else 0 for letter in text]

    def decode(tokens: list[int]) -> str:
        return "".join(map(chr, tokens)).replace("\0", "\ufffd")

    items = pd.DataFrame({"uid": ["a"], "task": "choice", "space": None, "options": [["1.5", "2.5"]]})
    check_written(items, encode, decode)
    with pytest.raises(SpaceError, match=r"answer space 'a': this model's tokenizer cannot write '-1\.5'"):
        check_written(items.assign(options=[["1.5", "-1.5"]]), encode, decode)
