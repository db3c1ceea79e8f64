"""A policy as a model of its own: the adapter added into the weights of its base, for good."""

import json
import logging
from pathlib import Path

import torch
from peft import PeftModel
from peft.tuners.lora.layer import LoraLayer, ParamWrapper
from transformers import AutoConfig, AutoModelForCausalLM, PreTrainedModel

from ..errors import WidebandError
from .base import REFERENCE, load_tokenizer, location, write_reference
from .fit import check_fits

log = logging.getLogger(__name__)


def write_merged(base: Path, adapter: Path, folder: Path) -> dict[str, float]:
    """Write the policy into `folder`, in the dtype of the base in `base`; what rounding took, for notes.

    `rounded_away` is the norm of what the stored dtype lost over that of the adapter's update: 0 in fp32.
    Raises AdapterError for an adapter that is not for this base, WidebandError for a base that takes none.
    """
    source, revision, dtype = location(base)
    config = AutoConfig.from_pretrained(source, revision=revision, trust_remote_code=False)
    check_fits(adapter, config.to_dict())
    if getattr(config, "quantization_config", None):
        raise WidebandError(
            f"{source}: its weights are quantised and take no merged adapter; set `lora: carry` in the stage"
        )
    # On the CPU, however many GPUs the model would be spread over.
    model = AutoModelForCausalLM.from_pretrained(
        source, revision=revision, trust_remote_code=False, dtype=getattr(torch, dtype)
    )
    whole, lost = add(model, adapter)
    log.info("merged in %s: rounding took %.1f %% of the update", dtype, 100 * lost)
    whole.save_pretrained(folder)
    load_tokenizer(base).save_pretrained(folder)
    write_reference(folder, None, None, dtype, _end(base))
    return {"rounded_away": lost}


@torch.no_grad()
def add(model: PreTrainedModel, adapter: Path) -> tuple[PreTrainedModel, float]:
    """`model` with the adapter in its weights, and the share of the update that rounding took.

    Every matrix is added up in fp32 and rounded once. Raises WidebandError for a head that is the embedding.
    """
    policy = PeftModel.from_pretrained(model, str(adapter))
    embedding = model.get_input_embeddings().weight
    added = rounded = 0.0
    for layer in [module for module in policy.modules() if isinstance(module, LoraLayer)]:
        weight = layer.get_param() if isinstance(layer, ParamWrapper) else layer.get_base_layer().weight
        if weight is embedding:
            raise WidebandError(f"{adapter}: adapts a head that is the embedding as well; set `lora: carry`")
        before = weight.data
        weight.data = before.float()
        layer.merge()
        exact = weight.data
        weight.data = exact.to(before.dtype)
        added += float((exact - before).square().sum())
        rounded += float((exact - weight.data).square().sum())
    return policy.unload(), (rounded / added) ** 0.5 if added else 0.0


def _end(base: Path) -> str | None:
    """The token that ends an answer, where the base's reference names one."""
    reference = base / REFERENCE
    return json.loads(reference.read_text()).get("end") if reference.exists() else None
