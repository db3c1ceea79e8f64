"""Sentence embeddings of the leading characters of each body, in batches that never change."""

import hashlib
import importlib
import logging
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from sentence_transformers import SentenceTransformer
from transformers.utils import logging as transformers_logging

from ..config.embedders import FETCHED, PACKAGE, PACKAGED
from ..config.pinned import required
from ..errors import WidebandError
from ..scaffolds import get

log = logging.getLogger(__name__)
# A bar that is redrawn makes a log of a hundred lines out of one.
transformers_logging.disable_progress_bar()
BATCH = 64
WEIGHTS = "model.safetensors"


class EmbedderError(WidebandError):
    """An embedder that is not there."""


def embed(
    rollouts: Sequence[pd.DataFrame], scaffold: str, embedder: str, revision: str | None, characters: int
) -> Iterator[pd.DataFrame]:
    """One `embeddings` table per table of rollouts; unit vectors, shape (rollouts, dimension).

    A completion without a body is embedded whole, so that malformed rollouts still count.
    """
    model = load_embedder(embedder, revision)
    parse = get(scaffold).parse
    for table in rollouts:
        texts = [(parse(text).body or text)[:characters] for text in table["completion"]]
        log.info("embedding %d bodies", len(texts))
        vectors = _encode(model, texts)
        key = table[["arm", "checkpoint", "slice", "uid", "sample"]]
        yield key.assign(vector=list(vectors))


def load_embedder(name: str, revision: str | None = None) -> SentenceTransformer:
    """`package:<name>` from an installed package, anything else from a folder or the hub.

    Raises EmbedderError for a package that is not there, WidebandError for a repository without a commit.
    """
    if not name.startswith(PACKAGE):
        commit = required(name, revision, "diversity.embedder")
        return SentenceTransformer(name, revision=commit, trust_remote_code=False)
    known = name.removeprefix(PACKAGE)
    if known in FETCHED:
        path = _fetched(known, Path(sys.prefix) / "share")
    elif known in PACKAGED:
        module, folder = PACKAGED[known]
        path = Path(importlib.import_module(module).__file__).parent / folder
    else:
        names = ", ".join((*PACKAGED, *FETCHED))
        raise EmbedderError(f"diversity.embedder: no package carries '{known}'; known: {names}")
    return SentenceTransformer(str(path), device="cpu", local_files_only=True, trust_remote_code=False)


def _fetched(name: str, share: Path) -> Path:
    """The folder of a model that was fetched into the environment, its weights those that are known."""
    target, digest = FETCHED[name]
    weights = share / name / WEIGHTS
    if not weights.is_file():
        raise EmbedderError(f"diversity.embedder: {name} is not installed; run `make {target}` once")
    with weights.open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != digest:
            raise EmbedderError(
                f"{weights}: not the published weights; delete its folder, then make {target}"
            )
    return weights.parent


def _encode(model: SentenceTransformer, texts: list[str]) -> np.ndarray:
    """Each distinct text once, so that equal texts of a table get equal vectors.

    In another table a text's neighbours in the batch, and with them its padding, can change it by about 1e-7.
    """
    unique = sorted(set(texts))
    vectors = model.encode(unique, batch_size=BATCH, normalize_embeddings=True, show_progress_bar=False)
    rows = {text: row for row, text in enumerate(unique)}
    return np.asarray(vectors, dtype=np.float32)[[rows[text] for text in texts]]
