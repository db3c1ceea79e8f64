"""Sampling through a vLLM server's OpenAI-compatible completions protocol."""

import json
import logging
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from transformers import PreTrainedTokenizerBase

from ..errors import WidebandError
from .requests import Completion, Request, Settings
from .stopping import StopRule

CONCURRENT = 256
# Seconds between tries of a request that a server was too busy for.
PAUSES_S = (0.5, 1, 2, 4, 8)
# The tokens themselves are wanted. The rest asks for the model's own distribution: a server that is told
# nothing cuts it as the model's generation_config.json says (Qwen3: top_p 0.95, top_k 20).
EXTRA = {
    "return_token_ids": True,
    "skip_special_tokens": False,
    "top_k": 0,
    "min_p": 0.0,
    "repetition_penalty": 1.0,
}
# They say a line for every request.
CHATTERS = ("httpx", "httpx2", "openai")


class ServerError(WidebandError):
    """A server that is not there, or that answers something else than a completion."""


class VllmEngine:
    """One HTTP request per rollout, so that each has its own seed; the server batches and shares prefixes.

    Args:
        url: of the server, without `/v1`.
        model: the name that the server has for the policy.
        context: tokens that a sequence may have there; None when it does not say.
        key: the server's API key.
        ended: says how and why the server ended; None while it runs, or for a server of someone else.
    """

    name = "vllm"

    def __init__(
        self,
        url: str,
        model: str,
        tokenizer: PreTrainedTokenizerBase,
        context: int | None = None,
        key: str = "none",
        ended: Callable[[], str | None] = lambda: None,
    ) -> None:
        from openai import OpenAI

        for name in CHATTERS:
            logging.getLogger(name).setLevel(logging.WARNING)
        self.url, self.model, self.tokenizer, self.context = url, model, tokenizer, context
        self.ended = ended
        # Tries are counted here, where it is known whether the server still runs.
        self.client = OpenAI(base_url=f"{url}/v1", api_key=key, max_retries=0, timeout=3600)
        self.pool = ThreadPoolExecutor(CONCURRENT)

    def sample(self, requests: Sequence[Request], settings: Settings) -> list[Completion]:
        """One completion per request, in order. Raises ServerError naming the server."""
        return [answer.result() for answer in [self.submit(request, settings) for request in requests]]

    def submit(self, request: Request, settings: Settings) -> Future[Completion]:
        """Its completion, once it is there; requests that are given first are sent first."""
        return self.pool.submit(self._one, request, settings, StopRule(self.tokenizer, settings.stop))

    def _one(self, request: Request, settings: Settings, stop: StopRule) -> Completion:
        answer = self.answer(
            model=self.model,
            prompt=request.prompt,
            seed=request.seed,
            temperature=settings.temperature,
            top_p=1.0,
            max_tokens=settings.max_tokens,
            stop=list(settings.stop) or None,
            logprobs=0,
            extra_body=EXTRA,
        )
        choice = answer.choices[0]
        tokens = tuple(getattr(choice, "token_ids", None) or ())
        logprobs = choice.logprobs.token_logprobs if choice.logprobs else []
        if wrong := _incomplete(choice.finish_reason, tokens, logprobs, settings, stop):
            raise ServerError(f"{self.url}: {wrong}")
        return Completion(
            # As the engine transformers does it, so that a text follows from its tokens in one way.
            text=stop.text(list(tokens)),
            token_ids=tokens,
            tokens=len(tokens),
            prompt_tokens=answer.usage.prompt_tokens,
            finish_reason=choice.finish_reason,
            logprob=float(sum(logprobs)),
        )

    def answer(self, **asked: Any) -> Any:
        """What the server answers to a request for completions. Raises ServerError with its own words."""
        from openai import (
            APIConnectionError,
            APIStatusError,
            InternalServerError,
            OpenAIError,
            RateLimitError,
        )

        for pause in (*PAUSES_S, None):
            try:
                return self.client.completions.create(**asked)
            except (APIConnectionError, InternalServerError, RateLimitError) as error:
                failed = error
            except OpenAIError as error:
                message = reason(error.response.text) if isinstance(error, APIStatusError) else error
                raise ServerError(f"{self.url}: no completion from the vLLM server ({message})") from error
            if pause is not None:
                time.sleep(pause)
            if cause := self.ended():
                raise ServerError(cause) from failed
        message = reason(failed.response.text) if isinstance(failed, APIStatusError) else failed
        raise ServerError(f"{self.url}: no completion from the vLLM server ({message})") from failed


def reason(body: str) -> str:
    """What a server's refusal says, without the JSON around it."""
    try:
        content = json.loads(body)
        return content["error"]["message"] if "error" in content else content["detail"]
    except (ValueError, KeyError, TypeError):
        return body.strip()[:300] or "no reason given"


def _incomplete(
    finish_reason: str, tokens: Sequence[int], logprobs: Sequence[float], settings: Settings, stop: StopRule
) -> str | None:
    """Why an answer is no rollout of the study; None when it is one."""
    if not tokens:
        return "the server does not return token ids (`return_token_ids`); it must be vLLM 0.11 or newer"
    if len(logprobs) != len(tokens) or None in logprobs:
        return (
            f"{len(logprobs)} log-probabilities for {len(tokens)} tokens; it must be vLLM 0.11 or newer, "
            "started with --logprobs-mode processed_logprobs"
        )
    stopped = stop.ends(list(tokens))
    if finish_reason == "stop" and not stopped:
        return (
            f"a completion was stopped by token {tokens[-1]}, which does not end one here; start the server "
            "with --generation-config vllm"
        )
    if not stopped and (finish_reason != "length" or len(tokens) < settings.max_tokens):
        return (
            f"a completion ended ({finish_reason}) after {len(tokens)} of {settings.max_tokens} tokens; "
            "is the server's --max-model-len too short?"
        )
    return None
