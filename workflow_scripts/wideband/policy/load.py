"""A policy: a base model with or without an adapter, ready to sample or to train.

PEFT takes two seconds to import, so only a policy with an adapter loads it.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from transformers import PreTrainedModel

from ..config.policy import Lora
from .adapter_file import check_fits
from .base import load_model

if TYPE_CHECKING:
    from peft import PeftModel


def sampling_policy(base: Path, adapter: Path | None) -> PreTrainedModel:
    """The policy in evaluation mode; fp32 adapters are merged, others stay live."""
    _check(base, adapter)
    model = load_model(base)
    if adapter is not None:
        from .lora import merged, resume

        exact = model.dtype == torch.float32
        model = merged(model, adapter) if exact else resume(model, adapter)
    return model.eval()


def trainable_policy(base: Path, adapter: Path | None, lora: Lora | None, dtype: str, seed: int) -> PeftModel:
    """The policy with a trainable adapter: `adapter` continued, or a fresh one of shape `lora`."""
    from .lora import attach, resume

    _check(base, adapter)
    model = load_model(base, dtype)
    torch.manual_seed(seed)
    return resume(model, adapter) if adapter is not None else attach(model, lora)


def adapted_tensors(model: PeftModel) -> list[str]:
    """Names of the tensors that training changes, for the manifest."""
    return [name for name, parameter in model.named_parameters() if parameter.requires_grad]


def _check(base: Path, adapter: Path | None) -> None:
    if adapter is not None and (base / "config.json").exists():
        check_fits(adapter, json.loads((base / "config.json").read_text()))
