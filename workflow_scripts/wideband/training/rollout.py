"""TRL's rollout hook: the sampling room's engine generates, so stops and seeds are ours."""

from typing import Any

from trl import GRPOTrainer
from trl.models.utils import unwrap_model_for_generation

from ..policy.merged import merged_for_sampling
from ..sampling.requests import Request, Settings
from ..sampling.seeds import derive_seed
from ..sampling.transformers_engine import TransformersEngine


class PolicyRollouts:
    """Samples the current policy; a rollout's seed depends on (stage seed, step, position) alone.

    A resumed run therefore draws what an uninterrupted one would have drawn.
    """

    def __init__(self, settings: Settings, seed: int):
        self.settings, self.seed = settings, seed

    def __call__(self, prompts: list[str], trainer: GRPOTrainer) -> dict[str, list[Any]]:
        """Token ids of prompts and completions, one row per prompt (each prompt comes G times)."""
        first = trainer.accelerator.process_index * len(prompts)
        step = trainer.state.global_step
        requests = [
            Request(prompt, derive_seed(self.seed, "train", step, first + index))
            for index, prompt in enumerate(prompts)
        ]
        with (
            unwrap_model_for_generation(trainer.model_wrapped, trainer.accelerator) as policy,
            merged_for_sampling(policy) as model,
        ):
            model.eval()
            engine = TransformersEngine(model, trainer.processing_class, batch_size=len(prompts))
            completions = engine.sample(requests, self.settings)
            model.train()
        return {
            "prompt_ids": [trainer.processing_class.encode(prompt) for prompt in prompts],
            "completion_ids": [list(completion.token_ids) for completion in completions],
            "logprobs": None,
        }
