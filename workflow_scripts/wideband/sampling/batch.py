"""The sequences that are being decoded together."""

import numpy as np
import torch
from transformers import PreTrainedModel

from .forward import Forward
from .slots import Prefix, SlotCache


def uniforms(seed: int, length: int) -> np.ndarray:
    """One uniform draw per step, shape (length,), from a rollout's own seed."""
    return np.random.Generator(np.random.Philox(key=seed)).random(length, dtype=np.float32)


class Batch:
    """Row i of the arrays and of the cache is one sequence; rows 0..size-1 are in use.

    A row that is given up is filled by the last one, so the model computes rows in use and nothing else.
    """

    def __init__(self, model: PreTrainedModel, slots: int, max_tokens: int, columns: int):
        self.slots, self.max_tokens, self.size = slots, max_tokens, 0
        self.device, self.dtype = model.device, model.dtype
        self.cache = SlotCache(model.config.num_hidden_layers, slots, columns)
        self.entry, self.position, self.last, self.count = np.zeros((4, slots), dtype=np.int64)
        self.logprob = np.zeros(slots)
        self.sampled = np.zeros((slots, max_tokens), dtype=np.int64)
        self.uniform = np.zeros((slots, max_tokens), dtype=np.float32)

    @property
    def free(self) -> int:
        """Rows not in use."""
        return self.slots - self.size

    def admit(self, entry: int, prompt: list[int], prefix: Prefix, seed: int) -> None:
        """Begin a sequence: all of the prompt but its last token is in `prefix`, that one is fed next."""
        row, self.size = self.size, self.size + 1
        self.entry[row], self.position[row], self.last[row] = entry, len(prompt) - 1, prompt[-1]
        self.count[row], self.logprob[row] = 0, 0.0
        self.uniform[row] = uniforms(seed, self.max_tokens)
        if prefix:
            self.cache.put(row, prefix)

    def logits(self, forward: Forward) -> torch.Tensor:
        """Logits after the last token of every row, fp32, shape (size, vocabulary)."""
        positions = torch.from_numpy(self.position[: self.size]).to(self.device)
        tokens = torch.from_numpy(self.last[: self.size]).to(self.device)
        self.cache.aim(positions)
        return forward.step(tokens, positions, self._mask(positions), self.cache).float()

    def draws(self) -> torch.Tensor:
        """The uniform draw of each row's next token, shape (size,)."""
        used = np.arange(self.size)
        return torch.from_numpy(self.uniform[used, self.count[: self.size]])

    def record(self, tokens: np.ndarray, logprobs: np.ndarray) -> None:
        """Append one sampled token to each row; `logprobs` in nats."""
        used = np.arange(self.size)
        self.sampled[used, self.count[: self.size]] = tokens
        self.last[: self.size] = tokens
        self.logprob[: self.size] += logprobs
        self.count[: self.size] += 1
        self.position[: self.size] += 1

    def full(self, row: int) -> bool:
        """Whether a row has sampled all the tokens it may."""
        return self.count[row] == self.max_tokens

    def tail(self, row: int, length: int) -> list[int]:
        """The last `length` tokens that a row sampled."""
        end = self.count[row]
        return self.sampled[row, max(0, end - length) : end].tolist()

    def pop(self, row: int) -> tuple[int, list[int], float]:
        """Give up a row: its entry, its token ids and their log-probability."""
        done = int(self.entry[row]), self.tail(row, self.max_tokens), float(self.logprob[row])
        self.size = end = self.size - 1
        if row != end:
            for array in (self.entry, self.position, self.last, self.count, self.logprob):
                array[row] = array[end]
            self.sampled[row], self.uniform[row] = self.sampled[end], self.uniform[end]
            self.cache.move(end, row)
        return done

    def _mask(self, positions: torch.Tensor) -> torch.Tensor:
        """What to add to attention scores, shape (size, 1, 1, width): each row sees its own past only."""
        columns = torch.arange(int(self.position[: self.size].max()) + 1, device=self.device)
        mask = torch.zeros(self.size, len(columns), dtype=self.dtype, device=self.device)
        return mask.masked_fill_(columns > positions[:, None], -torch.inf)[:, None, None]
