"""A policy's exact law over answer spaces: every option's log-probability, one pass for a packed line.

Also how it begins its answer, the law of the first token, and how likely a text is that nobody asked for.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import torch
from transformers import PreTrainedModel, PreTrainedTokenizerBase

from ..policy.packed_tries import Part
from ..spaces import AnswerSpace, prefix_trie, split, token_sequences
from .packed import LikelihoodError, Scores, lines, pack, packable, score
from .prefixes import prefixes

# Of the law of the first token: how many of the likeliest tokens are kept, and the mass that support holds.
LEADING, SHARE = 10, 0.9
# A prompt's tokens, and those of each option.
Encoded = tuple[list[int], list[tuple[int, ...]]]

# Tokens that are computed together, and nodes that share a prompt; a larger space is cut into several tries.
LINE, NODES = 8192, 4096
# Tokens of a window, the one before its first included, where the model's context has so many.
WINDOW = 2048


@dataclass(frozen=True)
class Opening:
    """The law of the first token.

    Entropy in nats, the fewest tokens that hold SHARE of the mass, and the likeliest (token, mass).
    """

    entropy: float
    support: int
    leading: tuple[tuple[int, float], ...]


def opening(logprobs: torch.Tensor) -> Opening:
    """How a policy begins, of log-probabilities of all tokens, nats, shape (vocabulary,)."""
    masses, tokens = logprobs.double().exp().sort(descending=True, stable=True)
    positive = masses[masses > 0]
    support = int((masses.cumsum(0) < SHARE * masses.sum()).sum()) + 1
    leading = zip(tokens[:LEADING].tolist(), masses[:LEADING].tolist(), strict=True)
    return Opening(float(-(positive * positive.log()).sum()), support, tuple(leading))


@dataclass(frozen=True)
class Question:
    """A whole prompt, the space of its valid answers, and what stands between the two, such as a blank.

    Without a space only the law of the first token is asked for. Of a passage, which nothing asks for, the
    prompt is empty and the space holds the text alone.
    """

    prompt: str
    space: AnswerSpace | None
    lead: str = ""
    passage: bool = False


@dataclass(frozen=True)
class Law:
    """What a policy answers.

    Attributes:
        logprobs: of each complete answer, its end token included, in nats, shape (options,).
        tokens: of each answer with its end token, shape (options,).
        opening: the law of the first token.
        per_prefix: what each answer adds, at its target mass, to the mean over prefixes of KL(target ||
            policy), in nats, shape (options,); NaN for answers without mass, and of a passage.
    """

    logprobs: np.ndarray
    tokens: np.ndarray
    opening: Opening
    per_prefix: np.ndarray


def laws(
    model: PreTrainedModel,
    tokenizer: PreTrainedTokenizerBase,
    questions: Sequence[Question],
    temperature: float = 1.0,
    line: int = LINE,
) -> list[Law]:
    """The law of each question, as tokens are drawn at `temperature`, without a cut of unlikely ones.

    Of a passage it is the log-probability of its tokens, without an end (see `passage_logprobs`).
    Memory grows with `line` tokens, not with the number of questions or options. A neighbour in the line can
    change a log-probability only through rounding (1e-5 nats in fp32).

    Raises:
        SpaceError: options that this model cannot tell apart or hold; before anything is computed.
        LikelihoodError: a model whose attention cannot be packed.
    """
    if any(question.passage for question in questions):
        return [_of_passage(model, tokenizer, question) for question in questions]
    context = model.config.get_text_config().max_position_embeddings
    encoded = [encode(tokenizer, question, context) for question in questions]
    weights = [
        prefixes(sequences, question.space.law if question.space else ())
        for (_, sequences), question in zip(encoded, questions, strict=True)
    ]
    found, per_prefix = ([np.full(len(trie.ends), np.nan) for trie in weights] for _ in range(2))
    openings: dict[int, Opening] = {}
    # What sharded weights are gathered to in inference mode cannot be trained with afterwards.
    with packable(model) as causal, torch.no_grad():
        for parts in lines(parts_of(encoded), line):
            scores = score(causal, pack(parts, model.device), tokenizer.eos_token_id, temperature)
            for part, read, first in zip(parts, steps(parts, scores), scores.openings, strict=True):
                owner, (edges, ends) = part.owner, (tensor.cpu() for tensor in read)
                found[owner][part.rows] = (edges.sum(1) + ends).numpy()
                per_prefix[owner][part.rows] = weights[owner].divergence(part.rows, edges, ends)
                if owner not in openings:
                    openings[owner] = opening(first)
    lengths = [np.array([len(tokens) + 1 for tokens in sequences], dtype=int) for _, sequences in encoded]
    return [
        Law(found[owner], lengths[owner], openings[owner], per_prefix[owner])
        for owner in range(len(questions))
    ]


def _of_passage(model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase, question: Question) -> Law:
    logprobs, first = passage_logprobs(model, tokenizer, question.space.options[0])
    return Law(
        np.array([logprobs.double().sum()]), np.array([len(logprobs)]), opening(first), np.array([np.nan])
    )


def encode(tokenizer: PreTrainedTokenizerBase, question: Question, context: int) -> Encoded:
    """The tokens of a question's prompt and of each option. Raises SpaceError, LikelihoodError."""
    prompt = tokenizer.encode(question.prompt)
    if not prompt:
        of = f"answer space '{question.space.name}'" if question.space else "a prompt without a gold"
        raise LikelihoodError(f"{of}: its prompt is empty; write one")
    if question.space is None:
        return prompt, []
    plain = partial(tokenizer.encode, add_special_tokens=False)
    return prompt, token_sequences(question.space, plain, context - len(prompt), question.lead)


def parts_of(encoded: Sequence[Encoded], nodes: int = NODES) -> Iterator[Part]:
    """Each question's prompt with its trie, or with several where its options need more than `nodes`."""
    for owner, (prompt, sequences) in enumerate(encoded):
        if not sequences:
            yield Part(owner, np.empty(0, dtype=int), prompt, prefix_trie([]))
        for rows, trie in split(sequences, nodes):
            yield Part(owner, rows, prompt, trie)


def answers(parts: Sequence[Part], scores: Scores) -> Iterator[torch.Tensor]:
    """For each part the log-probability of its complete answers, fp64, in the order of `rows`."""
    return (edges.sum(1) + ends for edges, ends in steps(parts, scores))


def steps(parts: Sequence[Part], scores: Scores) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
    """For each part the log-probabilities of its answers' tokens, fp64, in the order of `rows`.

    Of the tokens, shape (rows, longest), 0 behind the last one; of the end token, shape (rows,).
    """
    node = state = 0
    for part in parts:
        size = len(part.trie)
        edges, ends = scores.edges[node : node + size].double(), scores.ends[state : state + size + 1]
        # ROOT, which pads the paths, is the last place: a zero.
        chosen = torch.nn.functional.pad(edges, (0, 1))[torch.from_numpy(part.trie.paths())]
        yield chosen, ends[1 + torch.from_numpy(part.trie.ends)].double()
        node, state = node + size, state + size + 1


def passage_logprobs(
    model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase, text: str, window: int = WINDOW
) -> tuple[torch.Tensor, torch.Tensor]:
    """Of each token of a text its log-probability, nats, shape (tokens,); of the first, all tokens' as well.

    The second has shape (vocabulary,). Both are fp32 on the CPU.

    A text longer than the context is read in windows, which move on by half of their length. A token counts
    in the first window that has it: except in the first one, each has at least half a window of context (the
    strided perplexity of transformers' documentation, https://huggingface.co/docs/transformers/perplexity).
    The first token of a text follows the token that begins a text, or failing that the one that ends it, as
    in EleutherAI's lm-evaluation-harness.
    """
    begin = tokenizer.eos_token_id if tokenizer.bos_token_id is None else tokenizer.bos_token_id
    ids = torch.tensor([begin, *tokenizer.encode(text, add_special_tokens=False)], device=model.device)
    found, first = [], None
    context = model.config.get_text_config().max_position_embeddings
    for start, scored, end in windows(len(ids), min(window, context)):
        with torch.inference_mode():
            logits = model(input_ids=ids[None, start : end - 1], use_cache=False).logits[0]
        law = logits[scored - 1 - start :].float().log_softmax(-1)
        first = law[0].cpu() if first is None else first
        found.append(law.gather(1, ids[scored:end, None])[:, 0].cpu())
    return torch.cat(found), first


def windows(tokens: int, window: int) -> Iterator[tuple[int, int, int]]:
    """Where each window starts, its first token that counts, and where it ends; token 0 never counts."""
    scored = 1
    while scored < tokens:
        end = min(tokens, window if scored == 1 else scored + window // 2)
        yield max(0, end - window), scored, end
        scored = end
