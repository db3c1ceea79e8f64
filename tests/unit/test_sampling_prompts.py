"""The prompt that policies get: in chat where scaffold and tokenizer have one, else as plain text."""

import copy
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from wideband.config.training import Grpo
from wideband.sampling.prompts import prompts, renderer
from wideband.scaffolds import ScaffoldError, get
from wideband.training.grpo import Run, _dataset
from wideband.training.reward_function import items

CHAT = (
    "{% for m in messages %}[{{ m.role }}] {{ m.content }}\n{% endfor %}"
    "{% if add_generation_prompt %}[assistant]{% endif %}{% if enable_thinking %} <think>{% endif %}"
)
TURNS = ["Name a metal.", "gold"]
PROBLEMS = pd.DataFrame(
    {"uid": ["a", "b"], "problem": ["Name a fruit.", "Name a bird."], "turns": [TURNS, None], "gold": None}
).assign(task="open")


@pytest.fixture
def chatting(tokenizer: Any) -> Any:
    """The tiny tokenizer with a chat template."""
    other = copy.deepcopy(tokenizer)
    other.chat_template = CHAT
    return other


def test_examples_are_turns_of_a_chat_where_there_is_a_template(chatting: Any) -> None:
    asked = prompts(PROBLEMS, renderer(get("direct"), "{problem}\n", chatting))
    assert asked == [
        "[user] Name a metal.\n[assistant] gold\n[user] Name a fruit.\n[assistant]",
        "[user] Name a bird.\n[assistant]",
    ]


def test_without_a_chat_template_the_same_is_plain_text(tokenizer: Any) -> None:
    asked = prompts(PROBLEMS, renderer(get("direct"), "{problem}\n", tokenizer))
    assert asked == ["Name a metal.\ngold\n\nName a fruit.\n", "Name a bird.\n"]


def test_tagged_scaffolds_stay_out_of_the_chat_template(chatting: Any) -> None:
    assert renderer(get("think"), "User: {problem}", chatting)("1 + 1", ()) == "User: 1 + 1"
    assert renderer(get("thinking_native"), "{problem}", chatting)("1 + 1", ()).endswith(" <think>")


def test_a_suppressed_thought_is_the_thinking_prompt_with_an_empty_thought(
    chatting: Any, tokenizer: Any
) -> None:
    def asked(name: str, of: Any = chatting) -> str:
        return renderer(get(name), "User: {problem} Assistant: ", of)("1 + 1", ())

    assert asked("think_suppressed", tokenizer) == asked("think", tokenizer) + "<think></think>"
    # This chat template begins the thought itself.
    assert asked("thinking_suppressed") == asked("thinking_native") + "\n\n</think>\n\n"
    chatting.chat_template = CHAT.partition("{% if enable_thinking")[0]
    assert asked("thinking_suppressed") == asked("thinking_native") + "<think>\n\n</think>\n\n"


def test_a_raw_request_is_plain_text_also_where_there_is_a_chat_template(chatting: Any) -> None:
    template = (Path(__file__).parents[2] / "config/prompts/direct_raw.txt").read_text()
    assert prompts(PROBLEMS, renderer(get("direct_raw"), template, chatting)) == [
        "User: Name a metal.\nAssistant:\ngold\n\nUser: Name a fruit.\nAssistant:\n",
        "User: Name a bird.\nAssistant:\n",
    ]


def test_a_model_with_channels_is_asked_with_its_final_one_open(chatting: Any) -> None:
    asked, plain = (
        renderer(get(name), "{problem}", chatting)("Hi", ()) for name in ("direct_final", "direct")
    )
    assert asked == plain + "<|channel|>final<|message|>"
    assert get("direct_final").parse("4\n").answer == "4"


def test_native_thinking_needs_a_chat_template(tokenizer: Any) -> None:
    with pytest.raises(ScaffoldError, match="needs a base model with a chat template"):
        renderer(get("thinking_native"), "{problem}", tokenizer)


def test_a_first_token_that_template_and_tokenizer_both_put_stands_once(
    chatting: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    chatting.bos_token = chatting.eos_token
    chatting.chat_template = "{{ bos_token }}" + CHAT
    monkeypatch.setattr(chatting, "encode", lambda text: [chatting.bos_token_id])
    assert renderer(get("direct"), "{problem}", chatting)("1", ()) == "[user] 1\n[assistant]"


def test_training_asks_as_sampling_does(chatting: Any) -> None:
    direct = get("direct")
    render = renderer(direct, "{problem}", chatting)
    stage = Grpo(slice="s", steps=1, groups=2, max_tokens=1)
    trained = _dataset(PROBLEMS, Run(stage, None, direct.stop, render, Path()), 1)
    assert sorted(trained["prompt"]) == sorted(prompts(PROBLEMS, render)) == sorted(items(PROBLEMS, render))
