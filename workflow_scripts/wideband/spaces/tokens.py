"""Options as a model's tokens, and what is wrong with them, before any weights are loaded."""

from collections.abc import Callable

from .space import AnswerSpace, SpaceError

Tokens = tuple[int, ...]


def token_sequences(
    space: AnswerSpace, encode: Callable[[str], list[int]], room: int, lead: str = ""
) -> list[Tokens]:
    """The tokens of each option as a completion begins with it, without any end token.

    Options may be prefixes of one another: the end token decides between them.

    Args:
        space: the options.
        encode: the tokenizer's, without special tokens.
        room: tokens that the context leaves to an answer and its end.
        lead: text between prompt and option, such as a blank.

    Raises:
        SpaceError: options that are equal after tokenisation, have no token, or do not fit.
    """
    sequences = [tuple(encode(lead + option)) for option in space.options]
    known: dict[Tokens, str] = {}
    for option, tokens in zip(space.options, sequences, strict=True):
        if not tokens:
            raise SpaceError(f"answer space '{space.name}': option {option!r} has no token; remove it")
        if len(tokens) + 1 > room:
            raise SpaceError(
                f"answer space '{space.name}': option {option[:40]!r} has {len(tokens)} tokens, but prompt "
                f"and context leave {max(room - 1, 0)}; shorten the prompt or leave the option out"
            )
        if tokens in known:
            raise SpaceError(
                f"answer space '{space.name}': options {known[tokens]!r} and {option!r} are the same tokens "
                "to this model; keep one of them"
            )
        known[tokens] = option
    return sequences
