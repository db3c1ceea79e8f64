"""Exact laws by a vLLM server: after every prefix of an item's answers, each token that may follow.

A request holds the prompt's tokens with many prefixes behind them and wants one token of each, with the
log-probabilities of those that may follow. The server computes once what they begin with (prefix caching).
With `prompt_logprobs`, which give a whole answer at a time, it passes over what it keeps, and every option
costs its whole prompt (https://docs.vllm.ai/en/latest/usage/v1_guide.html).
"""

import re
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

import numpy as np
import torch
from transformers import PreTrainedTokenizerBase

from ..sampling.vllm_engine import PAUSES_S, ServerError, VllmEngine
from ..spaces import Trie, prefix_trie
from ..spaces.trie import ROOT
from .exact import Law, Question, encode, opening
from .prefixes import prefixes

# Prefixes of a request, and different tokens that are wanted after them.
PREFIXES, TOKENS = 256, 128
EXTRA = {"return_tokens_as_token_ids": True, "top_k": 0, "min_p": 0.0, "repetition_penalty": 1.0}
TOKEN = re.compile(r"token_id:(\d{1,9})")
# Log-probabilities by token.
Following = dict[int, float]


def server_laws(
    engine: VllmEngine,
    tokenizer: PreTrainedTokenizerBase,
    context: int,
    vocabulary: int,
    questions: Sequence[Question],
    temperature: float,
) -> list[Law]:
    """The law of each question, as `exact.laws` gives it of the same policy in this process.

    Args:
        context, vocabulary: tokens that the model may read, and those that it knows.

    Raises:
        SpaceError: as `laws` does, before anything is asked.
        ServerError: naming the server, where its answers are no log-probabilities of these tokens.
    """
    encoded = [encode(tokenizer, question, context) for question in questions]
    ask = partial(_following, engine, temperature)
    # First and by themselves: the server then has the prompts that are continued. vLLM 0.32 forgets what
    # a request wants of all tokens where another one, beside it, wants chosen ones.
    begun = [engine.pool.submit(ask, [prompt], vocabulary) for prompt, _ in encoded]
    firsts = [future.result()[0] for future in begun]
    waiting = [
        engine.pool.submit(_law, ask, tokenizer.eos_token_id, vocabulary, first, question, *options)
        for first, options, question in zip(firsts, encoded, questions, strict=True)
    ]
    return [future.result() for future in waiting]


def _law(
    ask: Callable[[list[list[int]], int, list[int]], list[Following]],
    end: int,
    vocabulary: int,
    first: Following,
    question: Question,
    prompt: list[int],
    sequences: Sequence[tuple[int, ...]],
) -> Law:
    trie = prefix_trie(sequences)
    after: dict[int, Following] = {node: {} for node in range(len(trie))} | {ROOT: first}
    before = _prefixes(trie)
    for nodes, tokens in requests(trie, end):
        found = ask([prompt + before[node] for node in nodes], len(tokens), tokens)
        for node, following in zip(nodes, found, strict=True):
            after[node] |= following
    tokens = zip(trie.parents.tolist(), trie.tokens.tolist(), strict=True)
    edges = np.array([after[parent][token] for parent, token in tokens])
    # ROOT, which pads the paths, is the last place: a zero.
    steps = torch.from_numpy(np.append(edges, 0.0)[trie.paths()])
    ends = torch.tensor([after[node][end] for node in trie.ends.tolist()], dtype=torch.float64)
    masses = torch.full((vocabulary,), -torch.inf, dtype=torch.float64)
    masses[list(first)] = torch.tensor(list(first.values()), dtype=torch.float64)
    weights = prefixes(sequences, question.space.law if question.space else ())
    return Law(
        (steps.sum(1) + ends).numpy(),
        np.array([len(tokens) + 1 for tokens in sequences], dtype=int),
        opening(masses),
        weights.divergence(np.arange(len(sequences)), steps, ends),
    )


def _prefixes(trie: Trie) -> list[list[int]]:
    """The tokens from the first one to each node."""
    found: list[list[int]] = []
    for parent, token in zip(trie.parents.tolist(), trie.tokens.tolist(), strict=True):
        found.append([*(found[parent] if parent != ROOT else ()), token])
    return found


def requests(trie: Trie, end: int) -> Iterator[tuple[list[int], list[int]]]:
    """All nodes in their order, cut into requests: nodes, and the tokens that are wanted after them.

    A node that more than TOKENS may follow comes several times.
    """
    following: list[set[int]] = [set() for _ in range(len(trie))]
    for parent, token in zip(trie.parents.tolist(), trie.tokens.tolist(), strict=True):
        if parent != ROOT:
            following[parent].add(token)
    for node in trie.ends.tolist():
        following[node].add(end)
    nodes: list[int] = []
    wanted: set[int] = set()
    for node, tokens in _cut(following):
        if nodes and (len(nodes) == PREFIXES or len(wanted | tokens) > TOKENS):
            yield nodes, sorted(wanted)
            nodes, wanted = [], set()
        nodes.append(node)
        wanted |= tokens
    if nodes:
        yield nodes, sorted(wanted)


def _cut(following: list[set[int]]) -> Iterator[tuple[int, set[int]]]:
    for node, tokens in enumerate(following):
        ordered = sorted(tokens)
        for start in range(0, len(ordered), TOKENS):
            yield node, set(ordered[start : start + TOKENS])


def _following(
    engine: VllmEngine,
    temperature: float,
    prompts: list[list[int]],
    count: int,
    tokens: list[int] | None = None,
) -> list[Following]:
    """What follows each prompt: those tokens, or all of `count` that there are."""
    chosen: dict[str, Any] = {"logprob_token_ids": tokens} if tokens else {}
    wanted = set(tokens or range(count))
    for pause in (*PAUSES_S, None):
        answer = engine.answer(
            model=engine.model,
            prompt=prompts,
            temperature=temperature,
            top_p=1.0,
            max_tokens=1,
            logprobs=count,
            extra_body=EXTRA | chosen,
        )
        found = [_read(choice) for choice in sorted(answer.choices, key=lambda choice: choice.index)]
        least = min((len(law.keys() & wanted) for law in found), default=0)
        if len(found) == len(prompts) and least == count:
            return [{token: law[token] for token in wanted} for law in found]
        # Another job may have asked at the same moment.
        if pause is not None:
            time.sleep(pause)
    raise ServerError(
        f"{engine.url}: {least} log-probabilities where {count} were needed; exact laws need vLLM 0.32 or "
        "newer, started with --max-logprobs -1"
    )


def _read(choice: Any) -> Following:
    listed = choice.logprobs.top_logprobs[0] if choice.logprobs and choice.logprobs.top_logprobs else {}
    return {int(named[1]): value for name, value in listed.items() if (named := TOKEN.fullmatch(name))}
