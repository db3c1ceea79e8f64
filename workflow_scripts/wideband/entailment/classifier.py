"""A classifier of entailment in three ways, as transformers loads it: in batches that never change."""

import logging
from collections.abc import Sequence

import numpy as np
import torch
from transformers import AutoModelForSequenceClassification, AutoTokenizer
from transformers.utils import logging as transformers_logging

from .judge import EntailmentError

log = logging.getLogger(__name__)
# A bar that is redrawn makes a log of a hundred lines out of one.
transformers_logging.disable_progress_bar()
BATCH = 64
KINDS = ("entail", "neutral", "contradict")


class Classifier:
    """P(entailment) and P(contradiction) by a model from a folder or the hub."""

    def __init__(self, model: str, revision: str | None) -> None:
        """Raises EntailmentError for a model whose labels are not the three."""
        self.tokenizer = AutoTokenizer.from_pretrained(model, revision=revision, trust_remote_code=False)
        loaded = AutoModelForSequenceClassification.from_pretrained(
            model, revision=revision, trust_remote_code=False
        )
        self.model = loaded.eval()
        self.model.to("cuda" if torch.cuda.is_available() else "cpu")
        self.columns = _columns(model, self.model.config.id2label)

    def __call__(self, pairs: Sequence[tuple[str, str]]) -> np.ndarray:
        """Each distinct pair once, the longest first; texts longer than the model's context are cut."""
        unique = sorted(set(pairs), key=lambda pair: (-len(pair[0]) - len(pair[1]), pair))
        parts = [self._batch(unique[start : start + BATCH]) for start in range(0, len(unique), BATCH)]
        found = dict(zip(unique, np.concatenate(parts) if parts else [], strict=True))
        return np.array([found[pair] for pair in pairs], dtype=float).reshape(-1, 2)

    def _batch(self, pairs: list[tuple[str, str]]) -> np.ndarray:
        premises, hypotheses = map(list, zip(*pairs, strict=True))
        longest = min(self.tokenizer.model_max_length, self.model.config.max_position_embeddings - 2)
        encoded = self.tokenizer(
            premises, hypotheses, padding=True, truncation=True, max_length=longest, return_tensors="pt"
        )
        with torch.inference_mode():
            logits = self.model(**encoded.to(self.model.device)).logits
        return torch.softmax(logits.float(), dim=-1)[:, self.columns].cpu().numpy()


def _columns(model: str, labels: dict[int, str]) -> list[int]:
    """The places of entailment and contradiction among the model's labels."""
    found = {kind: [at for at, label in labels.items() if kind in str(label).lower()] for kind in KINDS}
    if len(labels) != len(KINDS) or any(len(places) != 1 for places in found.values()):
        raise EntailmentError(
            f"entailment.model: {model} has the labels {', '.join(map(str, labels.values()))}; it needs "
            "entailment, neutral and contradiction"
        )
    return [int(found["entail"][0]), int(found["contradict"][0])]
