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

    @property
    def reach(self) -> int:
        """Tokens that a stop can span: a token holds at least one byte."""
        return max((len(stop.encode()) for stop in self.strings), default=1)

    def may_end(self, token: int) -> bool:
        """Whether a completion can end with this token; asked of every token sampled, so remembered."""
        if token not in self._closing:
            text = self.tokenizer.decode([token])
            # Some tokenizers drop a token's blanks where it does not stand alone.
            closing = any(
                _can_close(variant, stop) for stop in self.strings for variant in (text, text.strip())
            )
            self._closing[token] = token in self.ids or PARTIAL in text or closing
        return self._closing[token]

    def ends(self, token_ids: list[int]) -> bool:
        """True when the last of these tokens completes a stop."""
        last = token_ids[-1]
        if last in self.ids or not self.may_end(last):
            return last in self.ids
        return any(stop in self.tokenizer.decode(token_ids[-len(stop.encode()) :]) for stop in self.strings)

    def text(self, token_ids: list[int]) -> str:
        """The completion's text without its stop."""
        kept = token_ids[:-1] if token_ids and token_ids[-1] in self.ids else token_ids
        text = self.tokenizer.decode(kept, skip_special_tokens=True)
        for stop in self.strings:
            text = text.split(stop, 1)[0]
        return text


def _can_close(text: str, stop: str) -> bool:
    """Whether a token of such a text, after some other ones, can complete a stop."""
    heads = (text[:end] for end in range(1, len(text) + 1))
    return any(stop.endswith(head) or head.endswith(stop) for head in heads)
