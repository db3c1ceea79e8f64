"""LoRA over attention, every fused expert (or a dense feed-forward) and, if asked, the output head.

Never over the router.
"""

from pathlib import Path

from peft import LoraConfig, PeftConfig, PeftModel, get_peft_model
from transformers import PreTrainedModel

from ..config.policy import Lora
from ..errors import WidebandError
from .expert_lora import has_fused_experts, use_grouped_experts
from .sharded import is_sharded

ATTENTION = ["q_proj", "k_proj", "v_proj", "o_proj"]
EXPERTS = ["mlp.experts.gate_up_proj", "mlp.experts.down_proj"]
DENSE = ["gate_proj", "up_proj", "down_proj"]
# What reads images, of models that do: its matrices have the names of the decoder's.
VISION = r".*vision_tower\..*"


def attach(model: PreTrainedModel, lora: Lora) -> PeftModel:
    """A fresh adapter on `model`: A random from torch's seed, B zero, so the policy is unchanged.

    Raises WidebandError for an adapted output head that is the embedding as well (merging would change both),
    for dropout of experts, and for a base that calls its matrices otherwise.
    """
    if lora.lm_head and model.config.tie_word_embeddings:
        raise WidebandError("lora.lm_head: the base ties its output head to its embedding; set it to false")
    mixture = has_fused_experts(model)
    dense, experts = ([], EXPERTS) if mixture else (DENSE, [])
    modules = [*ATTENTION, *(["lm_head"] if lora.lm_head else [])]
    parameters = [] if lora.attention_only else experts
    modules += [] if lora.attention_only else dense
    if lora.dropout and parameters:
        raise WidebandError("lora.dropout: adapted experts have none; set it to 0, or attention_only: true")
    _check_named(model, [*modules, *parameters])
    config = LoraConfig(
        r=lora.rank,
        lora_alpha=lora.alpha,
        lora_dropout=lora.dropout,
        target_modules=modules,
        target_parameters=parameters or None,
        exclude_modules=VISION if hasattr(model.config, "vision_config") else None,
        task_type="CAUSAL_LM",
    )
    config = use_grouped_experts(config, model)
    return get_peft_model(model, config, autocast_adapter_dtype=_adapter_in_fp32(model))


def _check_named(model: PreTrainedModel, wanted: list[str]) -> None:
    names = [f".{name}" for listed in (model.named_modules(), model.named_parameters()) for name, _ in listed]
    absent = [target for target in wanted if not any(name.endswith(f".{target}") for name in names)]
    if absent:
        raise WidebandError(
            f"lora: {type(model).__name__} has no {', '.join(absent)}: "
            "a base with other names for its matrices can be evaluated (train: false), not trained"
        )


def resume(model: PreTrainedModel, adapter: Path) -> PeftModel:
    """The adapter in `adapter` on `model`, ready to be trained further."""
    config = use_grouped_experts(PeftConfig.from_pretrained(str(adapter)), model)
    return PeftModel.from_pretrained(
        model, str(adapter), is_trainable=True, config=config, autocast_adapter_dtype=_adapter_in_fp32(model)
    )


def _adapter_in_fp32(model: PreTrainedModel) -> bool:
    """Whether PEFT may keep adapters in fp32 beside a base in bf16.

    ZeRO-3 gathers weights of one dtype only; its optimizer keeps the adapter in fp32 itself.
    """
    return not is_sharded(model)


def merged(model: PreTrainedModel, adapter: Path) -> PreTrainedModel:
    """The policy with the adapter added into the weights.

    Exact only in fp32: in bf16 the sum rounds most of a small update away, so bf16 policies keep
    the adapter live.
    """
    return PeftModel.from_pretrained(model, str(adapter)).merge_and_unload()
