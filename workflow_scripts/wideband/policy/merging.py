"""An adapter added into the weights of its base: for good, as a model of its own, or for a while."""

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import torch
from peft import PeftModel
from peft.tuners.lora.layer import LoraLayer, ParamWrapper
from transformers import AutoConfig, AutoModelForCausalLM, PreTrainedModel

from ..errors import WidebandError
from .adapter_file import check_fits
from .base import REFERENCE, load_tokenizer, location, write_reference
from .sharded import is_sharded

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
        weight = _weight(layer)
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


@contextmanager
def merged_for_sampling(model: PeftModel) -> Iterator[PeftModel]:
    """The policy with its adapter in the weights, which are theirs again to the last bit afterwards.

    Decoding then costs what it costs without an adapter. Only in fp32: a bf16 sum would round most of a
    small update away, so a bf16 policy is yielded as it is, with the adapter live. So is a sharded one.
    """
    if model.dtype != torch.float32 or is_sharded(model):
        yield model
        return
    layers = [module for module in model.modules() if isinstance(module, LoraLayer)]
    weights = [_weight(layer) for layer in layers]
    kept = [weight.data.clone() for weight in weights]
    model.merge_adapter()
    try:
        yield model
    finally:
        for layer, weight, before in zip(layers, weights, kept, strict=True):
            weight.data.copy_(before)
            layer.merged_adapters.clear()


def _weight(layer: LoraLayer) -> torch.nn.Parameter:
    """The weight that a layer's adapter is added into."""
    return layer.get_param() if isinstance(layer, ParamWrapper) else layer.get_base_layer().weight
