"""How the uid of an item that asks for an answer space says which way of asking and which order it is."""

import re

UID = re.compile(r".+/p(\d+)/o\d+")


def uid_of(source: str, split: str, space: str, paraphrase: int, order: int) -> str:
    """The uid of one item; paraphrases and orders are counted from 1."""
    return f"{source}/{split}/{space}/p{paraphrase}/o{order}"


def paraphrase_of(uid: str) -> int | None:
    """Which way of asking an item is; None of a uid that says none."""
    found = UID.fullmatch(uid)
    return int(found[1]) if found else None
