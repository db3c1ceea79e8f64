"""Sampling with a transformers model in this process."""

import logging
import time
from collections.abc import Sequence

from transformers import PreTrainedModel, PreTrainedTokenizerBase

from ..errors import WidebandError
from .batches import batches
from .decode import decode
from .requests import Completion, Request, Settings
from .stopping import StopRule

log = logging.getLogger(__name__)


class ContextError(WidebandError):
    """A prompt and its completion would not fit the model's context."""


class TransformersEngine:
    """Batches of requests that share prompts; any causal language model, on any device."""

    name = "transformers"

    def __init__(self, model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase, batch_size: int):
        self.model, self.tokenizer, self.batch_size = model, tokenizer, batch_size
        self.context = model.config.max_position_embeddings

    def sample(self, requests: Sequence[Request], settings: Settings) -> list[Completion]:
        """One completion per request. Raises ContextError when prompt + max_tokens is too long."""
        stop = StopRule(self.tokenizer, settings.stop)
        prompts = {request.prompt: None for request in requests}
        encoded = {prompt: self.tokenizer.encode(prompt) for prompt in prompts}
        self._check_context(encoded, settings.max_tokens)
        completions: dict[int, Completion] = {}
        started, sampled = time.monotonic(), 0
        for rows in batches(requests, self.tokenizer, self.batch_size):
            batch = self._batch([requests[row] for row in rows], encoded, settings, stop)
            completions.update(zip(rows, batch, strict=True))
            sampled += sum(completion.tokens for completion in batch)
            if len(requests) > self.batch_size:
                _progress(len(completions), len(requests), sampled, time.monotonic() - started)
        return [completions[index] for index in range(len(requests))]

    def _batch(
        self, requests: list[Request], encoded: dict[str, list[int]], settings: Settings, stop: StopRule
    ) -> list[Completion]:
        unique = list(dict.fromkeys(request.prompt for request in requests))
        owners = [unique.index(request.prompt) for request in requests]
        decoded = decode(
            self.model,
            [encoded[prompt] for prompt in unique],
            owners,
            [request.seed for request in requests],
            settings,
            stop,
        )
        return [
            Completion(
                text=stop.text(row.token_ids),
                token_ids=tuple(row.token_ids),
                tokens=len(row.token_ids),
                prompt_tokens=len(encoded[request.prompt]),
                finish_reason="stop" if row.stopped else "length",
                logprob=row.logprob,
            )
            for request, row in zip(requests, decoded, strict=True)
        ]

    def _check_context(self, encoded: dict[str, list[int]], max_tokens: int) -> None:
        prompt, ids = max(encoded.items(), key=lambda item: len(item[1]))
        if len(ids) + max_tokens > self.context:
            raise ContextError(
                f"a prompt of {len(ids)} tokens and max_tokens {max_tokens} exceed the model's context of "
                f"{self.context}: lower max_tokens or leave the problem out (prompt ends: …{prompt[-80:]!r})"
            )


def _progress(done: int, total: int, tokens: int, seconds: float) -> None:
    rate = tokens / max(seconds, 1e-9)
    left = seconds * (total / done - 1)
    log.info("%d / %d rollouts  %.0f tokens/s  %.0f s left", done, total, rate, left)
