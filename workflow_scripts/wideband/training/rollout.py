"""TRL's rollout hook: the sampling room's engine generates, so stops and seeds are ours."""

from typing import Any

from trl import GRPOTrainer
from trl.models.utils import unwrap_model_for_generation

from ..policy.merging import merged_for_sampling
from ..policy.sharded import passes_together
from ..sampling.requests import Completion, Request, Settings
from ..sampling.seeds import derive_seed
from ..sampling.transformers_engine import TransformersEngine
from .refill import Refill


class PolicyRollouts:
    """Samples the current policy; a rollout's seed depends on (stage seed, step, position) alone.

    A resumed run therefore draws what an uninterrupted one would have drawn.
    """

    def __init__(self, settings: Settings, seed: int, refill: Refill | None = None):
        self.settings, self.seed, self.refill = settings, seed, refill

    def __call__(self, prompts: list[str], trainer: GRPOTrainer) -> dict[str, Any]:
        """Token ids of prompts and completions, one row per prompt (each prompt comes G times).

        The other entries reach the reward function: prompts that replaced others, what the step sampled.
        """
        first = trainer.accelerator.process_index * len(prompts)
        step = trainer.state.global_step
        with (
            unwrap_model_for_generation(
                trainer.model_wrapped, trainer.accelerator, gather_deepspeed3_params=False
            ) as policy,
            merged_for_sampling(policy) as model,
            passes_together(model),
        ):
            model.eval()
            engine = TransformersEngine(model, trainer.processing_class, batch_size=len(prompts))

            def sample(asked: list[str], number: int = 0) -> list[Completion]:
                # The first round's name is that of runs without refilling: their draws stay what they were.
                name = ("refill", number) if number else ("train",)
                seeds = (derive_seed(self.seed, *name, step, first + row) for row in range(len(asked)))
                requests = [Request(prompt, seed) for prompt, seed in zip(asked, seeds, strict=True)]
                return engine.sample(requests, self.settings)

            completions = drawn = sample(prompts)
            extra: dict[str, Any] = {}
            if self.refill:
                prompts, completions, further = self.refill.run(prompts, drawn, sample, step, first)
                drawn = drawn + further
                # TRL hands rewards the prompt of the row, which another one may have replaced.
                extra["asked"] = prompts
            model.train()
        processes = trainer.accelerator.num_processes
        return {
            "prompt_ids": [trainer.processing_class.encode(prompt) for prompt in prompts],
            "completion_ids": [list(completion.token_ids) for completion in completions],
            "logprobs": None,
            "sampled_rollouts": len(drawn) * processes,
            "sampled_tokens": sum(completion.tokens for completion in drawn) * processes,
            **extra,
        }
