"""Sampling through an OpenAI-compatible chat or completions API of someone else's.

Such an API gives texts and counts of tokens. It gives no token ids, no log-probabilities of all that was
sampled and no seeds that one could rely on: these are null, and nothing can be sampled again.
"""

import json
import logging
import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from types import MappingProxyType

from ..policy.endpoint import Endpoint
from .openai_responses import read, retry_in
from .partial_completions import PartialCompletions
from .progress import Progress
from .requests import Completion, Request, Settings
from .shares import Asked, Done, Shares
from .spending import Spending
from .vllm_engine import CHATTERS, ServerError, reason

TIMEOUT_S = 600
# Bytes of a prompt are at least as many as its tokens, but for a chat template's own.
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


class _Failed(Exception):
    """A try without an answer; `status` and `headers` of a refusal, `free` where it cannot be billed."""

    def __init__(
        self,
        text: str,
        status: int | None = None,
        headers: Mapping[str, str] = MappingProxyType({}),
        free: bool = True,
    ) -> None:
        super().__init__(text)
        self.status, self.headers, self.free = status, headers, free


class OpenAIEngine(Shares):
    """One HTTP request per rollout, `terms.concurrency` at a time. Each is paid for, so each is kept."""

    name = "openai"

    def __init__(
        self, endpoint: Endpoint, terms: Terms, spending: Path, partial: PartialCompletions | None = None
    ) -> None:
        from openai import Omit, OpenAI

        super().__init__(partial)
        for name in CHATTERS:
            logging.getLogger(name).setLevel(logging.WARNING)
        self.endpoint, self.terms, self.key = endpoint, terms, _key(terms.key_variable)
        self.spending = Spending(spending, terms.budget, terms.input_per_million, terms.output_per_million)
        self.client = OpenAI(
            base_url=endpoint.url,
            api_key=self.key or "none",
            # Else it would take them out of the environment and send them to whatever address a study names.
            default_headers={"OpenAI-Organization": Omit(), "OpenAI-Project": Omit()},
            # Each try is counted for itself.
            max_retries=0,
            timeout=TIMEOUT_S,
        )

    def _cut(self, requests: Sequence[Request]) -> list[list[int]]:
        return [[row] for row in range(len(requests))]

    def _sampled(self, asked: Asked, settings: Settings) -> Done:
        progress = Progress(sum(map(len, asked.values())), "rollouts")
        failed: BaseException | None = None
        stop = Event()

        def one(request: Request) -> Completion | None:
            return None if stop.is_set() else self._one(request, settings, stop)

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

    def _one(self, request: Request, settings: Settings, stop: Event) -> Completion:
        failed = 0
        while True:
            try:
                return self._tried(request, settings)
            except _Failed as error:
                failed += 1
                seconds = retry_in(error.status, error.headers, failed)
                if seconds is None or stop.wait(seconds):
                    raise ServerError(str(error)) from None

    def _tried(self, request: Request, settings: Settings) -> Completion:
        """One try, paid for. Raises _Failed, BudgetSpent and ServerError."""
        most = len(request.prompt.encode("utf-8", "replace")) + TEMPLATE_TOKENS, settings.max_tokens
        reserved = self.spending.reserve(*most)
        try:
            answer = read(self._answer(request, settings), self.endpoint.api)
        except _Failed as error:
            # A request that got no answer may have been worked on, and billed.
            if error.free:
                self.spending.release(reserved)
            else:
                self.spending.paid(reserved, *most)
            raise
        except BaseException:
            self.spending.release(reserved)
            raise
        self.spending.paid(reserved, *(answer.tokens or most))
        if answer.tokens is None or answer.text is None:
            raise ServerError(
                f"{self.endpoint.url}: the answer has no choices or no token counts (usage), so this is no "
                "OpenAI-compatible API; check the base's url and api"
            )
        prompt, completion = answer.tokens
        return Completion(answer.text, None, completion, prompt, answer.finish_reason, None)

    def _answer(self, request: Request, settings: Settings) -> str:
        """The body of the answer."""
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
                return self.client.completions.with_raw_response.create(prompt=request.prompt, **asked).text
            messages = json.loads(request.prompt)
            return self.client.chat.completions.with_raw_response.create(messages=messages, **asked).text
        except (AuthenticationError, PermissionDeniedError) as error:
            # Such answers quote the key.
            named = self.terms.key_variable or "none (arms.<arm>.base.key_variable)"
            raise ServerError(
                f"{place}: it refuses the key (status {error.status_code}); the key is that of {named}"
            ) from None
        except APIStatusError as error:
            # Hidden before anything is cut: a part of a key would not be found. Again, as JSON may escape it.
            message = " ".join(self._hidden(str(reason(self._hidden(error.response.text)))).split())[:300]
            raise _Failed(
                f"{place} (status {error.status_code}: {message})", error.status_code, error.response.headers
            ) from None
        except OpenAIError as error:
            message = " ".join(self._hidden(str(error)).split())[:300]
            raise _Failed(f"{place} ({message})", free=_unsent(error)) from None

    def _hidden(self, text: str) -> str:
        return text.replace(self.key, "<key>") if self.key else text


def _unsent(error: Exception) -> bool:
    """Whether no connection came about, so that nobody was asked."""
    return type(error.__cause__).__name__ in ("ConnectError", "ConnectTimeout")


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
