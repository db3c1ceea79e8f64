"""An adapter added into the weights for a while."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from peft import PeftModel
from peft.tuners.lora.layer import LoraLayer, ParamWrapper

from .sharded import is_sharded


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
    return layer.get_param() if isinstance(layer, ParamWrapper) else layer.get_base_layer().weight
