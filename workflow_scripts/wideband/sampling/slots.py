"""A key-value cache of slots: sequences come and go, and every one has its own length."""

import torch
from transformers.cache_utils import Cache, CacheLayerMixin

FIRST = 512

# Keys and values of a prompt without its last token, layer by layer, each of shape (heads, length, head_dim).
Prefix = list[tuple[torch.Tensor, torch.Tensor]]


class SlotLayer(CacheLayerMixin):
    """Keys and values of one layer, shape (slots, heads, columns, head_dim); column = position.

    Columns are allocated ahead, at most `columns`, and grow by half when they run out, so that a decoding
    step writes one column per row instead of copying everything there is. Unwritten columns are zero, never
    NaN: a masked position still takes part in the sum, with weight zero.
    """

    def __init__(self, slots: int, columns: int):
        super().__init__()
        self.slots, self.most = slots, columns
        self.rows = self.columns = torch.zeros(0, dtype=torch.long)
        self.width = 0

    def lazy_initialization(self, key_states: torch.Tensor, value_states: torch.Tensor) -> None:
        """Allocate the first columns; the two may differ in head_dim."""
        self.keys, self.values = (
            state.new_zeros(self.slots, state.shape[1], min(self.most, FIRST), state.shape[3])
            for state in (key_states, value_states)
        )
        self.is_initialized = True

    def update(
        self, key_states: torch.Tensor, value_states: torch.Tensor, *_: object, **__: object
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Write one position per row in use; keys and values of shape (rows, heads, width, head_dim)."""
        self._reserve(key_states, value_states, self.width)
        self.keys[self.rows, :, self.columns] = key_states[:, :, 0]
        self.values[self.rows, :, self.columns] = value_states[:, :, 0]
        used = len(self.rows)
        return self.keys[:used, :, : self.width], self.values[:used, :, : self.width]

    def put(self, row: int, key_states: torch.Tensor, value_states: torch.Tensor) -> None:
        """Begin the sequence of `row` with a prefix, shape (heads, length, head_dim)."""
        length = key_states.shape[1]
        self._reserve(key_states[None], value_states[None], length)
        self.keys[row, :, :length] = key_states
        self.values[row, :, :length] = value_states

    def move(self, source: int, target: int) -> None:
        """Let row `target` hold what row `source` holds."""
        if self.is_initialized:
            self.keys[target, :, : self.width] = self.keys[source, :, : self.width]
            self.values[target, :, : self.width] = self.values[source, :, : self.width]

    def get_mask_sizes(self, query_length: int) -> tuple[int, int]:
        """Width of the mask and its offset."""
        return self.width, 0

    def get_seq_length(self) -> int:
        """Positions that the longest sequence holds."""
        return self.width

    def get_max_length(self) -> int:
        """No limit."""
        return -1

    def _reserve(self, key_states: torch.Tensor, value_states: torch.Tensor, width: int) -> None:
        if not self.is_initialized:
            self.lazy_initialization(key_states, value_states)
        have = self.keys.shape[2]
        if width > have:
            more = min(max(width, have + have // 2), self.most) - have
            self.keys, self.values = (
                torch.nn.functional.pad(states, (0, 0, 0, more)) for states in (self.keys, self.values)
            )


class SlotCache(Cache):
    """The cache of a whole model: one SlotLayer per layer."""

    def __init__(self, layers: int, slots: int, columns: int):
        super().__init__(layers=[SlotLayer(slots, columns) for _ in range(layers)])

    def aim(self, positions: torch.Tensor) -> None:
        """Say where the next update writes: row i at `positions[i]`, shape (rows,)."""
        rows, width = torch.arange(len(positions), device=positions.device), int(positions.max()) + 1
        for layer in self.layers:
            layer.rows, layer.columns, layer.width = rows, positions, width

    def put(self, row: int, prefix: Prefix) -> None:
        """Begin the sequence of `row` with a prefix, keys and values layer by layer."""
        for layer, (keys, values) in zip(self.layers, prefix, strict=True):
            layer.put(row, keys, values)

    def move(self, source: int, target: int) -> None:
        """Let row `target` hold what row `source` holds."""
        for layer in self.layers:
            layer.move(source, target)
