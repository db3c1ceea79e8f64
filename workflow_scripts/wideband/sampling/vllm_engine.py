"""Sampling through a vLLM server's OpenAI-compatible completions protocol."""

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor

from transformers import PreTrainedTokenizerBase

from ..errors import WidebandError
from .requests import Completion, Request, Settings

CONCURRENT = 256
# The tokens themselves are wanted for training, and the tags must survive decoding. The rest asks for the
# model's own distribution: a server that is told nothing cuts it as the model's generation_config.json says
# (Qwen3: top_p 0.95, top_k 20).
EXTRA = {
    "return_token_ids": True,
    "skip_special_tokens": False,
    "top_k": 0,
    "min_p": 0.0,
    "repetition_penalty": 1.0,
}


class ServerError(WidebandError):
    """A server that is not there, or that answers something else than a completion."""


class VllmEngine:
    """One HTTP request per rollout, so that each has its own seed; the server batches and shares prefixes."""

    name = "vllm"

    def __init__(self, url: str, model: str, tokenizer: PreTrainedTokenizerBase):
        from openai import OpenAI

        self.url, self.model, self.tokenizer = url, model, tokenizer
        self.client = OpenAI(base_url=f"{url}/v1", api_key="none", max_retries=5, timeout=3600)
        self.pool = ThreadPoolExecutor(CONCURRENT)

    def sample(self, requests: Sequence[Request], settings: Settings) -> list[Completion]:
        """One completion per request, in order. Raises ServerError naming the server."""
        return list(self.pool.map(lambda request: self._one(request, settings), requests))

    def submit(self, request: Request, settings: Settings) -> Future[Completion]:
        """Its completion, once it is there; requests that are given first are sent first."""
        return self.pool.submit(self._one, request, settings)

    def _one(self, request: Request, settings: Settings) -> Completion:
        from openai import OpenAIError

        try:
            answer = self.client.completions.create(
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
        except OpenAIError as error:
            raise ServerError(f"{self.url}: no completion from the vLLM server ({error})") from error
        choice = answer.choices[0]
        logprobs = choice.logprobs.token_logprobs if choice.logprobs else []
        return Completion(
            text=choice.text.removesuffix(self.tokenizer.eos_token or ""),
            token_ids=tuple(getattr(choice, "token_ids", None) or ()),
            tokens=answer.usage.completion_tokens,
            prompt_tokens=answer.usage.prompt_tokens,
            finish_reason=choice.finish_reason,
            logprob=float(sum(value for value in logprobs if value is not None)),
        )
