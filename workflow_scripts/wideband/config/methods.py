"""Stages by their method."""

from typing import Annotated, Any

from pydantic import Discriminator, Tag

from .training import Dpo, Grpo, Sft, SoftTarget, Stage

METHODS: dict[str, type[Stage]] = {"grpo": Grpo, "soft_target": SoftTarget, "sft": Sft, "dpo": Dpo}


def _method(stage: Any) -> str:
    """The method of a stage, read from a file or made; one that says none is of GRPO."""
    method = stage.get("method", "grpo") if isinstance(stage, dict) else getattr(stage, "method", "grpo")
    return method if isinstance(method, str) else repr(method)


def a_step(stage: Stage) -> int:
    """What processes and micro-batches share in a step: rollouts, else prompts or pairs."""
    return stage.groups * stage.group_size if isinstance(stage, Grpo) else stage.groups


AnyStage = Annotated[
    Annotated[Grpo, Tag("grpo")]
    | Annotated[SoftTarget, Tag("soft_target")]
    | Annotated[Sft, Tag("sft")]
    | Annotated[Dpo, Tag("dpo")],
    Discriminator(_method),
]
