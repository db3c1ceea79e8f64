"""A problem's prompt as the engine gets it."""

from collections.abc import Callable

from transformers import PreTrainedTokenizerBase

from ..scaffolds import Scaffold


def renderer(scaffold: Scaffold, template: str, tokenizer: PreTrainedTokenizerBase) -> Callable[[str], str]:
    """From a problem's text to the whole prompt, with the chat template of a scaffold that has one."""

    def render(problem: str) -> str:
        prompt = scaffold.render(template, problem)
        if not scaffold.chat:
            return prompt
        message = [{"role": "user", "content": prompt}]
        return tokenizer.apply_chat_template(
            message, tokenize=False, add_generation_prompt=True, enable_thinking=True
        )

    return render
