"""Prompts, each computed once for all of its samples."""

from collections import Counter

from .forward import Forward
from .slots import Prefix


class Prefixes:
    """Keys and values of prompts, from when they are first wanted until their last sample has begun."""

    def __init__(self, forward: Forward, prompts: list[list[int]], owners: list[int]):
        self.forward, self.prompts, self.owners = forward, prompts, owners
        self.due, self.known = Counter(owners), {}

    def take(self, entries: list[int]) -> dict[int, Prefix]:
        """The prefix of each prompt of these entries; those not known yet are computed in one pass."""
        owners = [self.owners[entry] for entry in entries]
        self._compute([owner for owner in dict.fromkeys(owners) if owner not in self.known])
        taken = {owner: self.known[owner] for owner in owners}
        self.due.subtract(owners)
        self.known = {owner: prefix for owner, prefix in self.known.items() if self.due[owner]}
        return taken

    def _compute(self, owners: list[int]) -> None:
        prefixes = {owner: self.prompts[owner][:-1] for owner in owners}
        self.known |= {owner: [] for owner, prefix in prefixes.items() if not prefix}
        longer = {owner: prefix for owner, prefix in prefixes.items() if prefix}
        if longer:
            self.known |= zip(longer, self.forward.prefixes(list(longer.values())), strict=True)
