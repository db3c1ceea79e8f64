"""Pretraining text as token ids: generated documents in every scaffold, batched by length."""

from collections.abc import Iterator
from itertools import islice

import numpy as np
import torch
from transformers import PreTrainedTokenizerFast

from ..data.generated.corpus import documents
from ..scaffolds import get

SHUFFLE_BUFFER = 2048


def texts(prompts: dict[str, str], seed: int, mistake_rate: float) -> Iterator[tuple[str, str]]:
    """Endless (prompt, completion) pairs; `prompts` maps a scaffold's name to its template."""
    for document in documents(seed, mistake_rate, tuple(prompts)):
        scaffold = get(document.scaffold)
        prompt = scaffold.render(prompts[document.scaffold], document.problem)
        yield prompt, scaffold.compose(document.body, document.answer, document.malformed)


def batches(
    pairs: Iterator[tuple[str, str]], tokenizer: PreTrainedTokenizerFast, batch_tokens: int, seed: int
) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
    """Endless (ids, labels), both of shape (rows, longest), padded to about `batch_tokens` tokens.

    Documents of similar length share a batch, so that little is padding; batches come in a seeded
    random order. Labels are -100 on padding and on prompts: a problem's wording is drawn at random, so
    predicting it would spend most of the little capacity on noise.
    """
    random = np.random.default_rng(seed)
    while True:
        encoded = sorted(_encode(list(islice(pairs, SHUFFLE_BUFFER)), tokenizer), key=lambda row: len(row[0]))
        groups = _by_tokens(encoded, batch_tokens)
        for index in random.permutation(len(groups)):
            yield _pad(groups[index], tokenizer.pad_token_id)


def _encode(pairs: list[tuple[str, str]], tokenizer: PreTrainedTokenizerFast) -> list[tuple[list[int], int]]:
    """(ids, length of the prompt) of each document."""
    prompts = tokenizer([prompt for prompt, _ in pairs])["input_ids"]
    completions = tokenizer([completion for _, completion in pairs])["input_ids"]
    return [(a + b + [tokenizer.eos_token_id], len(a)) for a, b in zip(prompts, completions, strict=True)]


def _by_tokens(rows: list[tuple[list[int], int]], batch_tokens: int) -> list[list[tuple[list[int], int]]]:
    groups: list[list[tuple[list[int], int]]] = [[]]
    for row in rows:
        if groups[-1] and len(row[0]) * (len(groups[-1]) + 1) > batch_tokens:
            groups.append([])
        groups[-1].append(row)
    return groups


def _pad(rows: list[tuple[list[int], int]], pad: int) -> tuple[torch.Tensor, torch.Tensor]:
    longest = max(len(ids) for ids, _ in rows)
    ids = torch.full((len(rows), longest), pad)
    labels = torch.full((len(rows), longest), -100)
    for index, (row, prompt) in enumerate(rows):
        ids[index, : len(row)] = torch.tensor(row)
        labels[index, prompt : len(row)] = torch.tensor(row[prompt:])
    return ids, labels
