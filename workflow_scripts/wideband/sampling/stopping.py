"""When a completion ends: the end-of-text token, or a stop string."""

from dataclasses import dataclass, field

from transformers import PreTrainedTokenizerBase


@dataclass
class StopRule:
    """Decides from token ids; a stop string of several tokens is looked for in the decoded tail."""

    tokenizer: PreTrainedTokenizerBase
    strings: tuple[str, ...]
    ids: frozenset[int] = field(init=False)
    tails: dict[str, int] = field(init=False)

    def __post_init__(self) -> None:
        encoded = {stop: self.tokenizer.encode(stop, add_special_tokens=False) for stop in self.strings}
        single = {ids[0] for ids in encoded.values() if len(ids) == 1}
        self.ids = frozenset({self.tokenizer.eos_token_id, *single})
        # A stop may begin or end inside a token, hence the slack of four tokens.
        self.tails = {stop: len(ids) + 4 for stop, ids in encoded.items() if len(ids) > 1}

    def ends(self, token_ids: list[int]) -> bool:
        """True when the last token completes a stop."""
        if token_ids[-1] in self.ids:
            return True
        return any(stop in self.tokenizer.decode(token_ids[-tail:]) for stop, tail in self.tails.items())

    def text(self, token_ids: list[int]) -> str:
        """The completion's text without its stop."""
        kept = token_ids[:-1] if token_ids and token_ids[-1] in self.ids else token_ids
        text = self.tokenizer.decode(kept, skip_special_tokens=True)
        for stop in self.tails:
            text = text.split(stop, 1)[0]
        return text
