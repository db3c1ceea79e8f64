"""Sampling with a transformers model in this process."""

from collections.abc import Sequence

from transformers import PreTrainedModel, PreTrainedTokenizerBase

from ..policy.windows import layer_kinds
from .context import ContextError, check_context
from .decode import Decoded, decode
from .progress import Progress
from .requests import Completion, Request, Settings
from .stopping import StopRule


class TransformersEngine:
    """Continuous batches of requests that share prompts; causal models of full or sliding attention."""

    name = "transformers"

    def __init__(self, model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase, batch_size: int):
        self.model, self.tokenizer, self.batch_size = model, tokenizer, batch_size
        self.context = model.config.get_text_config().max_position_embeddings
        _check_attention(model)

    def sample(self, requests: Sequence[Request], settings: Settings) -> list[Completion]:
        """One completion per request. Raises ContextError when prompt + max_tokens is too long."""
        stop = StopRule(self.tokenizer, settings.stop)
        prompts = list(dict.fromkeys(request.prompt for request in requests))
        check_context(prompts, self.tokenizer, settings.max_tokens, self.context)
        encoded = [self.tokenizer.encode(prompt) for prompt in prompts]
        index = {prompt: number for number, prompt in enumerate(prompts)}
        # Prompts of similar length are computed together, so that little of that is padding.
        order = sorted(range(len(requests)), key=lambda i: (len(encoded[index[requests[i].prompt]]), i))
        owners = [index[requests[row].prompt] for row in order]
        seeds = [requests[row].seed for row in order]
        decoded = decode(self.model, encoded, owners, seeds, settings, stop, self.batch_size)
        completions: dict[int, Completion] = {}
        progress = Progress(len(requests), "rollouts")
        for entry, done in decoded:
            completions[order[entry]] = _completion(done, stop, len(encoded[owners[entry]]))
            progress.show(len(done.token_ids))
        return [completions[row] for row in range(len(requests))]


def _check_attention(model: PreTrainedModel) -> None:
    """Rows of a batch end at different positions, which recurrent states do not allow for."""
    if layer_kinds(model) is None:
        raise ContextError(
            f"{model.config.model_type}: it has layers other than full or sliding-window attention, such as "
            "a recurrent state, which the engine transformers cannot sample; set sampling.engine to vllm"
        )


def _completion(done: Decoded, stop: StopRule, prompt_tokens: int) -> Completion:
    return Completion(
        text=stop.text(done.token_ids),
        token_ids=tuple(done.token_ids),
        tokens=len(done.token_ids),
        prompt_tokens=prompt_tokens,
        finish_reason="stop" if done.stopped else "length",
        logprob=done.logprob,
    )
