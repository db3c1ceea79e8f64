"""The log-probability of a text that nobody asked for, in windows where it is longer than the context.

Windows move on by half of their length, and a token counts in the first window that has it: except in the
first one, each has at least half a window of context (the strided perplexity of transformers' documentation,
https://huggingface.co/docs/transformers/perplexity). The first token of a text follows the token that
begins a text, or failing that the one that ends it, as in EleutherAI's lm-evaluation-harness.
"""

from collections.abc import Iterator

import torch
from transformers import PreTrainedModel, PreTrainedTokenizerBase

# Tokens of a window, the one before its first included, where the model's context has so many.
WINDOW = 2048


def passage_logprobs(
    model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase, text: str, window: int = WINDOW
) -> tuple[torch.Tensor, torch.Tensor]:
    """Of each token of a text its log-probability, nats, shape (tokens,); of the first, all tokens' as well.

    The second has shape (vocabulary,). Both are fp32 on the CPU.
    """
    begin = tokenizer.eos_token_id if tokenizer.bos_token_id is None else tokenizer.bos_token_id
    ids = torch.tensor([begin, *tokenizer.encode(text, add_special_tokens=False)], device=model.device)
    found, opening = [], None
    context = model.config.get_text_config().max_position_embeddings
    for start, scored, end in windows(len(ids), min(window, context)):
        with torch.inference_mode():
            logits = model(input_ids=ids[None, start : end - 1], use_cache=False).logits[0]
        law = logits[scored - 1 - start :].float().log_softmax(-1)
        opening = law[0].cpu() if opening is None else opening
        found.append(law.gather(1, ids[scored:end, None])[:, 0].cpu())
    return torch.cat(found), opening


def windows(tokens: int, window: int) -> Iterator[tuple[int, int, int]]:
    """Where each window starts, its first token that counts, and where it ends; token 0 never counts."""
    scored = 1
    while scored < tokens:
        end = min(tokens, window if scored == 1 else scored + window // 2)
        yield max(0, end - window), scored, end
        scored = end
