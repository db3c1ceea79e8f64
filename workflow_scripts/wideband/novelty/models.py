"""NoveltyBench's two models: the classifier of pairs, read as the release reads it, and the reward model."""

from collections.abc import Sequence

import numpy as np
import torch
from transformers import AutoModelForSequenceClassification, AutoTokenizer

from ..config.evaluation import Novelty
from ..errors import WidebandError
from .classes import Pair

BATCH = 64
# The label that says that two answers are the same.
SAME = 1


class Classifier:
    """P(the same) of pairs of answers: [CLS] first [SEP] second [SEP], each cut to its leading tokens."""

    def __init__(self, settings: Novelty) -> None:
        """Raises WidebandError for a model without two labels, or a tokenizer without CLS and SEP."""
        self.tokens = settings.tokens
        model, revision = settings.classifier, settings.classifier_revision
        source = settings.tokenizer or model
        commit = settings.tokenizer_revision if settings.tokenizer else revision
        self.tokenizer = AutoTokenizer.from_pretrained(source, revision=commit, trust_remote_code=False)
        loaded = AutoModelForSequenceClassification.from_pretrained(
            model, revision=revision, trust_remote_code=False, dtype=torch.float32
        )
        if loaded.config.num_labels != 2:
            raise WidebandError(
                f"novelty.classifier: {model} has {loaded.config.num_labels} labels; it needs two, the "
                "second for answers that are the same"
            )
        if self.tokenizer.cls_token_id is None or self.tokenizer.sep_token_id is None:
            raise WidebandError(
                f"novelty.tokenizer: {source} has no tokens CLS and SEP; name the tokenizer of the classifier"
            )
        self.model = loaded.eval().to("cuda" if torch.cuda.is_available() else "cpu")

    def __call__(self, pairs: Sequence[Pair]) -> np.ndarray:
        """The probabilities of each pair, shape (pairs,): the longest are read first, in batches."""
        read = [self._read(*pair) for pair in pairs]
        order = sorted(range(len(read)), key=lambda place: -len(read[place][0]))
        found = np.empty(len(read))
        for start in range(0, len(order), BATCH):
            part = order[start : start + BATCH]
            found[part] = self._batch([read[place] for place in part])
        return found

    def _read(self, one: str, other: str) -> tuple[list[int], list[int]]:
        """Token ids, and which of the two texts each belongs to."""
        ids, kinds = [self.tokenizer.cls_token_id], [0]
        for kind, text in enumerate((one, other)):
            tokens = self.tokenizer.encode(text, add_special_tokens=False)[: self.tokens]
            ids += [*tokens, self.tokenizer.sep_token_id]
            kinds += [kind] * (len(tokens) + 1)
        return ids, kinds

    def _batch(self, rows: list[tuple[list[int], list[int]]]) -> np.ndarray:
        shape = len(rows), len(rows[0][0])
        inputs = {name: torch.zeros(shape, dtype=torch.long) for name in ("input_ids", "token_type_ids")}
        inputs["input_ids"] += self.tokenizer.pad_token_id or 0
        inputs["attention_mask"] = torch.zeros(shape, dtype=torch.long)
        for row, (ids, kinds) in enumerate(rows):
            inputs["input_ids"][row, : len(ids)] = torch.tensor(ids)
            inputs["token_type_ids"][row, : len(ids)] = torch.tensor(kinds)
            inputs["attention_mask"][row, : len(ids)] = 1
        with torch.inference_mode():
            logits = self.model(
                **{name: tensor.to(self.model.device) for name, tensor in inputs.items()}
            ).logits
        return torch.softmax(logits.float(), dim=-1)[:, SAME].cpu().numpy()


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
