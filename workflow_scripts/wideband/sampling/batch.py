"""The sequences that are being decoded together; those that are still the same are one."""

from dataclasses import dataclass

import numpy as np
import torch
from transformers import PreTrainedModel

from .forward import Forward
from .slots import Prefix, SlotCache


def uniforms(seed: int, length: int) -> np.ndarray:
    """One uniform draw per step, shape (length,), from a rollout's own seed."""
    return np.random.Generator(np.random.Philox(key=seed)).random(length, dtype=np.float32)


@dataclass(frozen=True)
class Branch:
    """A row that begins as a copy of another one: what it shares is in the cache of row `source`."""

    source: int
    row: int


class Batch:
    """Row i of the arrays and of the cache is one sequence; rows 0..size-1 are in use.

    Entries of one prompt that have sampled the same tokens so far share a row. A row that is given up is
    filled by the last one, so the model computes rows in use and nothing else.
    """

    def __init__(self, model: PreTrainedModel, slots: int, max_tokens: int, columns: int):
        self.slots, self.max_tokens, self.size = slots, max_tokens, 0
        self.device, self.dtype = model.device, model.dtype
        self.cache = SlotCache(model.config.get_text_config().num_hidden_layers, slots, columns)
        self.position, self.last, self.count = np.zeros((3, slots), dtype=np.int64)
        self.logprob = np.zeros(slots)
        self.sampled = np.zeros((slots, max_tokens), dtype=np.int64)
        self.entries: list[list[int]] = []
        self.uniform: dict[int, np.ndarray] = {}

    @property
    def free(self) -> int:
        """Entries that may be admitted: each of them could come to need a row of its own."""
        return self.slots - len(self.uniform)

    def admit(self, entries: list[int], seeds: list[int], prompt: list[int], prefix: Prefix) -> None:
        """Begin entries of one prompt: all of it but its last token is in `prefix`, that one is fed next."""
        row = self._add(entries)
        self.position[row], self.last[row] = len(prompt) - 1, prompt[-1]
        self.count[row], self.logprob[row] = 0, 0.0
        self.uniform |= {
            entry: uniforms(seed, self.max_tokens) for entry, seed in zip(entries, seeds, strict=True)
        }
        if prefix:
            self.cache.put(row, prefix)

    def logits(self, forward: Forward) -> torch.Tensor:
        """Logits after the last token of every row, fp32, shape (size, vocabulary)."""
        positions = torch.from_numpy(self.position[: self.size]).to(self.device)
        tokens = torch.from_numpy(self.last[: self.size]).to(self.device)
        self.cache.aim(positions)
        return forward.step(tokens, positions, self._mask(positions), self.cache).float()

    def draws(self) -> torch.Tensor:
        """The uniform draws of the next tokens, shape (size, entries of the largest row), zeros behind."""
        drawn = np.zeros((self.size, max(map(len, self.entries))), dtype=np.float32)
        for row, (entries, count) in enumerate(zip(self.entries, self.count.tolist(), strict=False)):
            drawn[row, : len(entries)] = [self.uniform[entry][count] for entry in entries]
        return torch.from_numpy(drawn)

    def record(self, tokens: np.ndarray, logprobs: np.ndarray) -> list[Branch]:
        """Append the sampled tokens, shape as `draws`; `logprobs` in nats.

        Returns the rows that came because entries of a row sampled unlike tokens.
        """
        born = []
        first, first_logprobs = tokens[:, 0].tolist(), logprobs[:, 0].tolist()
        for row in [row for row, entries in enumerate(self.entries) if len(entries) > 1]:
            stay, *others = _by_token(self.entries[row], tokens[row], logprobs[row])
            self.entries[row] = stay[0]
            for entries, token, logprob in others:
                born.append(self._branch(row, entries))
                first.append(token)
                first_logprobs.append(logprob)
        used = np.arange(self.size)
        self.sampled[used, self.count[: self.size]] = first
        self.last[: self.size] = first
        self.logprob[: self.size] += first_logprobs
        self.count[: self.size] += 1
        self.position[: self.size] += 1
        return born

    def copy_states(self, born: list[Branch]) -> None:
        """Let new rows that go on hold what the rows hold that they come from."""
        for branch in born:
            self.cache.move(branch.source, branch.row)

    def full(self, row: int) -> bool:
        """Whether a row has sampled all the tokens it may."""
        return self.count[row] == self.max_tokens

    def tail(self, row: int, length: int) -> list[int]:
        """The last `length` tokens that a row sampled."""
        end = self.count[row]
        return self.sampled[row, max(0, end - length) : end].tolist()

    def pop(self, row: int) -> tuple[list[int], list[int], float]:
        """Give up a row: its entries, its token ids and their log-probability."""
        done = self.entries[row], self.tail(row, self.max_tokens), float(self.logprob[row])
        for entry in done[0]:
            del self.uniform[entry]
        self.size = end = self.size - 1
        last = self.entries.pop()
        if row != end:
            self.entries[row] = last
            self._copy(end, row)
            self.cache.move(end, row)
        return done

    def _add(self, entries: list[int]) -> int:
        self.entries.append(entries)
        self.size += 1
        return self.size - 1

    def _branch(self, source: int, entries: list[int]) -> Branch:
        row = self._add(entries)
        self._copy(source, row)
        return Branch(source, row)

    def _copy(self, source: int, target: int) -> None:
        for array in (self.position, self.last, self.count, self.logprob, self.sampled):
            array[target] = array[source]

    def _mask(self, positions: torch.Tensor) -> torch.Tensor:
        """What to add to attention scores, shape (size, 1, 1, width): each row sees its own past only."""
        columns = torch.arange(int(self.position[: self.size].max()) + 1, device=self.device)
        mask = torch.zeros(self.size, len(columns), dtype=self.dtype, device=self.device)
        return mask.masked_fill_(columns > positions[:, None], -torch.inf)[:, None, None]


def _by_token(
    entries: list[int], tokens: np.ndarray, logprobs: np.ndarray
) -> list[tuple[list[int], int, float]]:
    """Entries of a row by the token that each sampled, with its log-probability; the first entry's first."""
    groups: dict[int, tuple[list[int], int, float]] = {}
    for entry, token, logprob in zip(entries, tokens.tolist(), logprobs.tolist(), strict=False):
        groups.setdefault(token, ([], token, logprob))[0].append(entry)
    return list(groups.values())
