"""Groups that teach: a group whose rollouts all earn the same has no advantage to learn from.

Dynamic sampling with a bound (Yu et al. 2025, DAPO, section 3.2): such groups are replaced by groups of
other problems, at most `rounds` times; what still has none stays.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ..sampling.requests import Completion
from ..sampling.seeds import derive_seed

Sample = Callable[[list[str], int], list[Completion]]
Dull = Callable[[list[str], list[str]], list[int]]


@dataclass(frozen=True)
class Refill:
    """Replaces groups without variance; every draw depends on (stage seed, step, round, position) alone.

    Attributes:
        known: every prompt of the stage.
        dull: of prompts and completions, the groups that teach nothing.
        group_size: rollouts per prompt; a process holds whole groups.
    """

    known: tuple[str, ...]
    dull: Dull
    group_size: int
    rounds: int
    seed: int

    def run(
        self, prompts: list[str], completions: list[Completion], sample: Sample, step: int, first: int
    ) -> tuple[list[str], list[Completion], list[Completion]]:
        """Prompts and completions to train on, and the further ones that were sampled for it."""
        prompts, completions, further = list(prompts), list(completions), []
        dull = self._teaching_nothing(prompts, completions)
        for number in range(1, self.rounds + 1):
            if not dull:
                break
            others = self._others(prompts, len(dull), (step, number, first))
            fresh_prompts = [prompt for prompt in others for _ in range(self.group_size)]
            fresh = sample(fresh_prompts, number)
            further += fresh
            useless = set(self._teaching_nothing(fresh_prompts, fresh))
            for source, group in enumerate(dull):
                if source not in useless:
                    here, there = self._rows(group), self._rows(source)
                    prompts[here], completions[here] = fresh_prompts[there], fresh[there]
            dull = [group for source, group in enumerate(dull) if source in useless]
        return prompts, completions, further

    def _teaching_nothing(self, prompts: list[str], completions: list[Completion]) -> list[int]:
        return self.dull(prompts, [completion.text for completion in completions])

    def _others(self, prompts: list[str], count: int, place: tuple[int, int, int]) -> list[str]:
        """Prompts that this step does not train on, unless there are too few of them."""
        taken = set(prompts)
        free = [prompt for prompt in self.known if prompt not in taken]
        random = np.random.default_rng(derive_seed(self.seed, "refill", *place))
        pool = free if len(free) >= count else list(self.known)
        return [pool[index] for index in random.choice(len(pool), count, replace=len(pool) < count)]

    def _rows(self, group: int) -> slice:
        return slice(group * self.group_size, (group + 1) * self.group_size)
