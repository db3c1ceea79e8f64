"""Instructions that a rule can verify: the checks of IFEval (Zhou et al., arXiv:2311.07911), by their names.

Written anew from their description. Left out is `language:response_language`, which needs a model that tells
languages; of the two checks of letter case the same part, that the text is English. Sentences and words are
found by patterns instead of nltk, so that counts of sentences can differ where abbreviations stand.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from ..errors import WidebandError
from .checks import CHECKS


class InstructionError(WidebandError):
    """A check that is not known, or is told something that it does not understand."""


def written(checks: Iterable[tuple[str, Mapping[str, Any]]]) -> str:
    """Checks as the gold of an item keeps them. Raises InstructionError for one that is not known."""
    found = [
        [name, {key: value for key, value in arguments.items() if value is not None}]
        for name, arguments in checks
    ]
    text = json.dumps(found, ensure_ascii=False, sort_keys=True)
    follows("x", read(text))
    return text


def read(gold: str) -> list[tuple[str, dict[str, Any]]]:
    """The checks that a gold names. Raises InstructionError."""
    try:
        found = [(str(name), dict(arguments)) for name, arguments in json.loads(gold)]
    except (ValueError, TypeError):
        raise InstructionError(f"gold {gold[:60]!r} does not list checks with their arguments") from None
    unknown = [name for name, _ in found if name not in CHECKS]
    if unknown or not found:
        what = unknown[0] if unknown else "nothing"
        raise InstructionError(f"no check is called '{what}'; known: {', '.join(CHECKS)}")
    return found


def follows(text: str, checks: Iterable[tuple[str, Mapping[str, Any]]]) -> bool:
    """Whether a text follows all of them. Raises InstructionError for a check that is told something else."""
    return all(_holds(text, name, arguments) for name, arguments in checks)


def _holds(text: str, name: str, arguments: Mapping[str, Any]) -> bool:
    try:
        return bool(CHECKS[name](text, **arguments))
    except (TypeError, AttributeError, IndexError) as error:
        raise InstructionError(f"check '{name}' does not understand {dict(arguments)!r} ({error})") from None


__all__ = ["CHECKS", "InstructionError", "follows", "read", "written"]
