"""A problem's prompt as endpoints get it: a text, or the messages of a chat."""

import json
from collections.abc import Callable, Sequence

from ..policy.endpoint import Endpoint
from ..scaffolds import Scaffold


def render(endpoint: Endpoint, scaffold: Scaffold, template: str) -> Callable[[str, Sequence[str]], str]:
    """From a problem and the turns before it to a request's prompt: a text, or a chat's messages as JSON.

    A scaffold that is no chat asks its whole text in one message. Messages are stripped, as in the chat
    template of a model that is sampled here.
    """

    def rendered(problem: str, turns: Sequence[str]) -> str:
        if endpoint.api == "completions":
            return scaffold.text(template, problem, turns)
        texts = (
            scaffold.messages(template, problem, turns)
            if scaffold.chat
            else [scaffold.text(template, problem, turns)]
        )
        roles = ("user", "assistant")
        messages = [{"role": roles[place % 2], "content": text.strip()} for place, text in enumerate(texts)]
        return json.dumps(messages, ensure_ascii=False)

    return rendered
