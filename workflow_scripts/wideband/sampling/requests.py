"""What an engine is asked for and what it answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Request:
    """One rollout to sample: a prompt's text and the seed of this very rollout."""

    prompt: str
    seed: int


@dataclass(frozen=True)
class Settings:
    """How to sample. Temperature 0 is greedy; `max_tokens` counts completion tokens."""

    temperature: float
    max_tokens: int
    stop: tuple[str, ...]


@dataclass(frozen=True)
class Completion:
    """A sampled completion without its stop string.

    `tokens` counts everything that was sampled, the stop included; `logprob` is the sum of the
    sampled tokens' log-probabilities under the sampling distribution, in nats. `token_ids` and `logprob`
    are None where the engine does not say them.
    """

    text: str
    token_ids: tuple[int, ...] | None
    tokens: int
    prompt_tokens: int
    finish_reason: str
    logprob: float | None


class Engine(Protocol):
    """Turns requests into completions, in order."""

    name: str

    def sample(self, requests: Sequence[Request], settings: Settings) -> list[Completion]:
        """One completion per request, in the order of the requests."""
        ...
