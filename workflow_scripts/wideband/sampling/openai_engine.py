"""Sampling through an OpenAI-compatible chat or completions API of someone else's.

Such an API gives texts and counts of tokens. It gives no token ids, no log-probabilities of all that was
sampled and no seeds that one could rely on: these are null, and nothing can be sampled again.
"""

import json
import logging
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import Any

from ..policy.endpoint import Endpoint
from .kept import Kept
from .progress import Progress
from .requests import Completion, Request, Settings
from .shares import Asked, Done, Shares
from .spending import Spending
from .vllm_engine import CHATTERS, ServerError, reason

# The client waits between tries for half a second, then twice as long each time up to eight seconds, or as
# long as `Retry-After` says, up to two minutes.
TRIES = 8
TIMEOUT_S = 600
# Characters of a prompt are at least as many as its tokens, but for a chat template's own.
TEMPLATE_TOKENS = 64


@dataclass(frozen=True)
class Terms:
    """How an endpoint may be asked; no result depends on it.

    Attributes:
        key_variable: the environment variable that holds the key; None: it wants none.
        concurrency: requests at a time.
        budget: in money, of all jobs of the study; None: no bound.
        input_per_million, output_per_million: prices of tokens.
    """

    key_variable: str | None
    concurrency: int
    budget: float | None
    input_per_million: float
    output_per_million: float


class OpenAIEngine(Shares):
    """One HTTP request per rollout, `terms.concurrency` at a time. Each is paid for, so each is kept."""

    name = "openai"

    def __init__(self, endpoint: Endpoint, terms: Terms, spending: Path, kept: Kept | None = None) -> None:
        from openai import OpenAI

        super().__init__(kept)
        for name in CHATTERS:
            logging.getLogger(name).setLevel(logging.WARNING)
        self.endpoint, self.terms, self.key = endpoint, terms, _key(terms.key_variable)
        self.spending = Spending(spending, terms.budget, terms.input_per_million, terms.output_per_million)
        self.client = OpenAI(
            base_url=endpoint.url,
            api_key=self.key or "none",
            # Else it would take them out of the environment and send them to whatever address a study names.
            organization="",
            project="",
            max_retries=TRIES,
            timeout=TIMEOUT_S,
        )

    def _cut(self, requests: Sequence[Request]) -> list[list[int]]:
        return [[row] for row in range(len(requests))]

    def _sampled(self, asked: Asked, settings: Settings) -> Done:
        progress = Progress(sum(map(len, asked.values())), "rollouts")
        failed: BaseException | None = None
        stop = Event()

        def one(request: Request) -> Completion | None:
            return None if stop.is_set() else self._one(request, settings)

        with ThreadPoolExecutor(self.terms.concurrency) as pool:
            waiting = {pool.submit(one, request): number for number, (request,) in asked.items()}
            try:
                for answer in as_completed(waiting):
                    if error := answer.exception():
                        # What is under way comes to its end and is kept; nothing else is asked for.
                        failed = failed or error
                        stop.set()
                    elif done := answer.result():
                        progress.show(done.tokens)
                        yield waiting[answer], [done]
            finally:
                stop.set()
        if failed:
            raise failed

    def _one(self, request: Request, settings: Settings) -> Completion:
        most = self.spending.cost(len(request.prompt) + TEMPLATE_TOKENS, settings.max_tokens)
        self.spending.reserve(most)
        try:
            answer = self._answer(request, settings)
            usage = answer.usage
            if not answer.choices or usage is None or usage.completion_tokens is None:
                raise ServerError(
                    f"{self.endpoint.url}: an answer without choices or counts of tokens (usage)"
                )
            self.spending.paid(usage.prompt_tokens, usage.completion_tokens)
        finally:
            self.spending.release(most)
        choice = answer.choices[0]
        text = choice.text if self.endpoint.api == "completions" else choice.message.content
        return Completion(
            text=text or "",
            token_ids=None,
            tokens=usage.completion_tokens,
            prompt_tokens=usage.prompt_tokens,
            finish_reason=choice.finish_reason or "unknown",
            logprob=None,
        )

    def _answer(self, request: Request, settings: Settings) -> Any:
        from openai import APIStatusError, AuthenticationError, OpenAIError, PermissionDeniedError

        asked = {
            "model": self.endpoint.model,
            "temperature": settings.temperature,
            "top_p": 1.0,
            "max_tokens": settings.max_tokens,
            **({"stop": list(settings.stop)} if settings.stop else {}),
        }
        place = f"{self.endpoint.url}: no completion of {self.endpoint.model}"
        try:
            if self.endpoint.api == "completions":
                return self.client.completions.create(prompt=request.prompt, **asked)
            return self.client.chat.completions.create(messages=json.loads(request.prompt), **asked)
        except (AuthenticationError, PermissionDeniedError) as error:
            # Such answers quote the key.
            named = self.terms.key_variable or "none (arms.<arm>.base.key_variable)"
            raise ServerError(
                f"{place}: it refuses the key (status {error.status_code}); the key is that of {named}"
            ) from None
        except OpenAIError as error:
            said = reason(error.response.text) if isinstance(error, APIStatusError) else str(error)
            status = f"status {error.status_code}: " if isinstance(error, APIStatusError) else ""
            raise ServerError(
                f"{place} ({status}{self._hidden(' '.join(str(said).split())[:300])})"
            ) from None

    def _hidden(self, text: str) -> str:
        return text.replace(self.key, "<key>") if self.key else text


def _key(variable: str | None) -> str | None:
    if variable is None:
        return None
    key = os.environ.get(variable, "").strip()
    if not key:
        raise ServerError(
            f"the environment variable {variable} is not set: put the endpoint's key there, or set the "
            "base's key_variable to null if it wants none"
        )
    return key
