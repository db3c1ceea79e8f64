"""Texts to summarise: posts (TL;DR, as filtered for arXiv:2009.01325) and news (CNN/DM, XSum).

They are read from the hub alone. No commit of these repositories was known where this was written: name
those that you read under data.revisions.
"""

from collections.abc import Callable

from ..files import Row
from .base import Hub, Parser, Source

END = "\nTL;DR:"


def _parser(name: str, text: Callable[[Row], str]) -> Parser:
    def parse(row: Row, index: int) -> Row:
        return {"uid": f"{name}_{index}", "problem": f"{text(row)}{END}", "gold": None}

    return parse


def _post(row: Row) -> str:
    return f"SUBREDDIT: {row['subreddit']}\nTITLE: {row['title']}\nPOST: {row['post']}"


def _article(column: str) -> Callable[[Row], str]:
    return lambda row: f"ARTICLE: {row[column]}"


def _source(name: str, repo: str, text: Callable[[Row], str], config: str | None = None) -> Source:
    part = Hub(repo, None, "test", _parser(name, text), configs=(config,))
    return Source(name, files={}, hubs={"test": (part,)})


SOURCES = (
    _source("tldr", "UCL-DARK/openai-tldr-filtered", _post),
    _source("cnn_dailymail", "abisee/cnn_dailymail", _article("article"), "3.0.0"),
    _source("xsum", "EdinburghNLP/xsum", _article("document")),
)
