"""When a completion ends: the end-of-text token, or a stop string."""

from dataclasses import dataclass, field

from transformers import PreTrainedTokenizerBase

PARTIAL = "\ufffd"


@dataclass
class StopRule:
    """Decides from token ids. A stop string counts however it is cut into tokens, as on a vLLM server."""

    tokenizer: PreTrainedTokenizerBase
    strings: tuple[str, ...]
    ids: frozenset[int] = field(init=False)
    _closing: dict[int, bool] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        encoded = [self.tokenizer.encode(stop, add_special_tokens=False) for stop in self.strings]
        single = {ids[0] for ids in encoded if len(ids) == 1}
        self.ids = frozenset({self.tokenizer.eos_token_id, *single})

    def ends(self, token_ids: list[int]) -> bool:
        """True when the last token completes a stop."""
        last = token_ids[-1]
        if last in self.ids:
            return True
        # A token holds at least one byte, so a stop spans no more tokens than it has bytes.
        return self._may_close(last) and any(
            stop in self.tokenizer.decode(token_ids[-len(stop.encode()) :]) for stop in self.strings
        )

    def text(self, token_ids: list[int]) -> str:
        """The completion's text without its stop."""
        kept = token_ids[:-1] if token_ids and token_ids[-1] in self.ids else token_ids
        text = self.tokenizer.decode(kept, skip_special_tokens=True)
        for stop in self.strings:
            text = text.split(stop, 1)[0]
        return text

    def _may_close(self, token: int) -> bool:
        """Whether a token can hold the end of a stop; asked of every token sampled, so remembered."""
        if token not in self._closing:
            text = self.tokenizer.decode([token])
            self._closing[token] = PARTIAL in text or any(stop[-1] in text for stop in self.strings)
        return self._closing[token]
