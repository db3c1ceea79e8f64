"""Talking to a checkpoint: its law, its samples, commands, and what a terminal is shown."""

import json
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from tiny_policy import TEMPLATE

from wideband.chat.answer import Policy, ask, first_token
from wideband.chat.loop import Transcript, questions, talk
from wideband.chat.settings import ChatSettings, setting
from wideband.chat.show import printable, shown
from wideband.errors import WidebandError
from wideband.likelihood.exact import Question, laws
from wideband.sampling.prompts import renderer
from wideband.scaffolds import get
from wideband.spaces.space import answer_space

WISH = ChatSettings(n=3, temperature=0.8, max_tokens=12, seed=5, top=4)
ASKED = "What is 3 + 4?"


@pytest.fixture(scope="module")
def policy(model, tokenizer) -> Policy:
    scaffold = get("panel")
    return Policy(model, tokenizer, scaffold, renderer(scaffold, TEMPLATE, tokenizer))


@pytest.mark.parametrize("temperature", [0.0, 0.8, 2.0])
def test_the_first_tokens_law_is_the_one_that_studies_measure(policy: Policy, temperature: float) -> None:
    prompt = policy.render(ASKED, ())
    found = first_token(policy, prompt, replace(WISH, temperature=temperature))
    question = Question(prompt, answer_space("x", "digit", ("1", "2")))
    expected = laws(policy.model, policy.tokenizer, [question], temperature or 1.0)[0].opening
    assert found.entropy == pytest.approx(expected.entropy, abs=1e-5)
    assert found.support == expected.support
    assert [(token, mass) for token, _, mass in found.top] == [
        (token, pytest.approx(mass, abs=1e-6)) for token, mass in expected.leading[:4]
    ]


def test_a_seed_gives_the_same_samples_again_and_another_one_others(policy: Policy) -> None:
    first, again = ask(policy, ASKED, WISH), ask(policy, ASKED, WISH)
    assert first == again
    assert len({sample.seed for sample in first.samples}) == 3
    texts = [sample.completion.token_ids for sample in first.samples]
    other = [sample.completion.token_ids for sample in ask(policy, ASKED, replace(WISH, seed=6)).samples]
    assert texts != other and len(set(texts)) > 1
    greedy = ask(policy, ASKED, replace(WISH, temperature=0.0))
    assert len({sample.completion.token_ids for sample in greedy.samples}) == 1
    assert greedy.samples[0].completion.token_ids[0] == greedy.first.top[0][0]


def test_a_transcript_holds_what_was_asked_and_said(policy: Policy, tmp_path: Path) -> None:
    said, told = [], []
    transcript = Transcript(tmp_path / "a/chat.jsonl", {"study": "nano"})
    lines = [
        f"{ASKED}\n",
        "/n 1\n",
        "/nonsense\n",
        "/n none\n",
        "first\\\n",
        "second\n",
        "/quit\n",
        "never\n",
    ]
    failed = talk(lines, WISH, partial(ask, policy), transcript, told.append, said.append)
    rows = [json.loads(line) for line in transcript.place.read_text().splitlines()]
    assert [(row["question"], row["n"], len(row["samples"])) for row in rows] == [
        (ASKED, 3, 3),
        ("first\nsecond", 1, 1),
    ]
    assert rows[0]["prompt"] == policy.render(ASKED, ()) and rows[0]["study"] == "nano"
    assert sum(each["probability"] for each in rows[0]["first_token"]["top"]) <= 1
    assert failed == 2 and len(told) == 2
    assert said[0].startswith("error: /nonsense: no such command")
    assert said[1] == "error: /n none: give a whole number of at least 1"


def test_a_question_that_leaves_no_room_is_one_line_and_the_next_is_asked(
    policy: Policy, tmp_path: Path
) -> None:
    said, told = [], []
    transcript = Transcript(tmp_path / "chat.jsonl", {})
    lines = ["long " * 400, ASKED]
    failed = talk(lines, WISH, partial(ask, policy), transcript, told.append, said.append)
    assert failed == 1 and len(told) == 1 and "exceed the model's context" in said[0]


def test_a_question_may_go_on_in_the_next_line() -> None:
    assert list(questions(["a\\\n", "b\n", "\n", "  \n", "c\\\n"])) == ["a\nb", "c"]


@pytest.mark.parametrize(
    "text", ["/temperature -1", "/temperature nan", "/temperature inf", "/n 0", "/n 1.5", "/seed"]
)
def test_a_setting_that_cannot_be_is_refused(text: str) -> None:
    with pytest.raises(WidebandError, match="of at least"):
        setting(WISH, text)


def test_samples_stand_side_by_side_as_far_as_the_terminal_is_wide(policy: Policy) -> None:
    reply = ask(policy, ASKED, WISH)
    wide, narrow = list(shown(reply, 120)), list(shown(reply, 20))
    assert wide[0].count("│") == 2 and narrow[0].count("│") == 0
    assert max(map(len, wide[: wide.index("")])) <= 120
    assert sum(line.startswith("[") for line in narrow) >= 3


def test_a_completion_cannot_steer_the_terminal() -> None:
    assert printable("a\x1b[2Jb\r\x07\u202e\n") == "a\\x1b[2Jb\\r\\x07\\u202e\n"
