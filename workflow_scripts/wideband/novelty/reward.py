"""The reward model: what an answer to a prompt is worth."""

import torch
from transformers import AutoModelForSequenceClassification, AutoTokenizer

from ..config.evaluation import Novelty
from ..errors import WidebandError


class RewardModel:
    """The value of a conversation of a prompt and an answer, in the model's own chat template."""

    def __init__(self, settings: Novelty) -> None:
        """Raises WidebandError for a model of several values, and for one without a chat template."""
        model, revision = settings.reward, settings.reward_revision
        self.tokenizer = AutoTokenizer.from_pretrained(model, revision=revision, trust_remote_code=False)
        if self.tokenizer.chat_template is None:
            raise WidebandError(f"novelty.reward: {model} has no chat template; name a model with one")
        loaded = AutoModelForSequenceClassification.from_pretrained(
            model, revision=revision, trust_remote_code=False, dtype=getattr(torch, settings.reward_dtype)
        )
        if loaded.config.num_labels != 1:
            raise WidebandError(
                f"novelty.reward: {model} has {loaded.config.num_labels} values; a reward model has one"
            )
        self.model = loaded.eval().to("cuda" if torch.cuda.is_available() else "cpu")

    def __call__(self, prompt: str, answer: str) -> float:
        """The reward. Answers are read one at a time: beside longer ones rounding would change it."""
        messages = [{"role": "user", "content": prompt}, {"role": "assistant", "content": answer}]
        ids = self.tokenizer.apply_chat_template(messages, tokenize=True, truncation=True, return_dict=False)
        with torch.inference_mode():
            return self.model(torch.tensor([ids], device=self.model.device)).logits[0, 0].item()
