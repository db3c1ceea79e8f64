"""A policy: a base model with or without an adapter, ready to sample."""

import json
from pathlib import Path

from peft import PeftModel
from transformers import PreTrainedModel

from .base import load_model
from .fit import check_fits
from .lora import merged


def load_policy(base: Path, adapter: Path | None) -> PreTrainedModel:
    """The policy in evaluation mode; fp32 adapters are merged, others stay live."""
    if adapter is not None and (base / "config.json").exists():
        check_fits(adapter, json.loads((base / "config.json").read_text()))
    model = load_model(base)
    if adapter is not None:
        exact = str(model.dtype) == "torch.float32"
        model = merged(model, adapter) if exact else PeftModel.from_pretrained(model, str(adapter))
    return model.eval()
