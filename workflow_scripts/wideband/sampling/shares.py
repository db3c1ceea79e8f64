"""A slice cut into shares: the unit in which completions are sampled, shared out and kept."""

import logging
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence

from transformers import PreTrainedTokenizerBase

from .context import check_context
from .partial_completions import PartialCompletions
from .requests import Completion, Request, Settings

log = logging.getLogger(__name__)
# What is asked for, or what came of it, by the number of the share.
Asked = dict[int, list[Request]]
Done = Iterator[tuple[int, list[Completion]]]


class Shares(ABC):
    """Samples what no earlier run of the job has kept, share by share, and keeps each one when it is done."""

    name: str

    def __init__(
        self,
        partial: PartialCompletions | None,
        tokenizer: PreTrainedTokenizerBase | None = None,
        context: int | None = None,
    ) -> None:
        """`context`: tokens that a sequence may have; None where that is not known."""
        self.partial, self.tokenizer, self.context = partial, tokenizer, context

    def sample(self, requests: Sequence[Request], settings: Settings) -> list[Completion]:
        """One completion per request, in order. Raises ContextError before any is sampled."""
        if self.context is not None:
            prompts = (request.prompt for request in requests)
            check_context(prompts, self.tokenizer, settings.max_tokens, self.context)
        shares = self._cut(requests)
        asked = {number: [requests[row] for row in rows] for number, rows in enumerate(shares)}
        done = self._earlier(asked, settings)
        left = {number: share for number, share in asked.items() if number not in done}
        for number, completions in self._sampled(left, settings):
            done[number] = completions
            # The last one is not kept: the whole table is written next.
            if self.partial and len(done) < len(shares):
                self.partial.put(asked[number], settings, completions)
        placed = {
            row: completion
            for number, rows in enumerate(shares)
            for row, completion in zip(rows, done[number], strict=True)
        }
        return [placed[row] for row in range(len(requests))]

    @abstractmethod
    def _cut(self, requests: Sequence[Request]) -> list[list[int]]:
        """The rows of each share: a function of the requests alone, so that another run cuts the same."""

    @abstractmethod
    def _sampled(self, asked: Asked, settings: Settings) -> Done:
        """(number, completions) of each share as it is done."""

    def _earlier(self, asked: Asked, settings: Settings) -> dict[int, list[Completion]]:
        # One share is never kept.
        if self.partial is None or len(asked) == 1:
            return {}
        found = {number: self.partial.get(share, settings) for number, share in asked.items()}
        found = {number: completions for number, completions in found.items() if completions is not None}
        if found:
            log.info("%d of %d shares were sampled by an earlier run", len(found), len(asked))
        return found
