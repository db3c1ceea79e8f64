"""How stages train: what all of them say, and what each method adds."""

from operator import not_
from typing import Annotated, Literal

from pydantic import Field

from .base import Strict


class Stage(Strict):
    """What every method is told: one training run in an arm's chain."""

    title: str | None = Field(None, description="name in the report; its key in words when null")
    slice: str | None = Field(None, description="slice to train on; null: the arm's own variance band")
    steps: int | None = Field(None, ge=1, description="optimizer steps; or say `tokens`")
    tokens: int | None = Field(
        None,
        ge=1,
        description="in place of `steps`: training ends with the step that reaches so many tokens, those of "
        "prompts (counted once for all answers to one in a step) and of answers that are trained on",
    )
    groups: int = Field(16, ge=1, description="prompts per step")
    lr: float = Field(5e-6, gt=0, description="learning rate, the highest of the schedule")
    schedule: Literal["constant", "cosine"] = Field(
        "constant", description="course of the learning rate after its warm-up; cosine ends at 0"
    )
    warmup: float = Field(
        0.0, ge=0, lt=1, description="share of the steps in which the learning rate rises from 0 to `lr`"
    )
    weight_decay: float = Field(0.0, ge=0, description="weight decay of AdamW")
    balance: Literal["subject", "source"] | None = Field(
        None, description="round-robin over the values of this column"
    )
    publish_every: int | None = Field(None, ge=1, description="publish a checkpoint every N steps")
    hill_climb: bool = Field(False, description="evaluate the published checkpoints on held-out")
    seed: int = Field(20260423, description="seed of data order and of what is drawn")
    # Left out of what is dumped where it says nothing: studies without it keep their specs.
    lora: Literal["carry", "new"] = Field(
        "carry",
        exclude_if="carry".__eq__,
        description="carry: go on with the adapter of the checkpoint before; new: merge that checkpoint and "
        "train a new adapter on it",
    )


class Retain(Strict):
    """Prompts of another slice to which a stage's policy goes on to answer as it did before the stage."""

    slice: str = Field(description="slice whose prompts are asked")
    weight: float = Field(
        0.1,
        gt=0,
        description="coefficient of KL(start || policy) of the first token after the prompt, over the whole "
        "vocabulary at temperature 1, the mean over prompts",
    )
    prompts: int = Field(8, ge=1, description="prompts drawn per step; all where the slice has fewer")


class Eval(Strict):
    """Evaluations while a stage trains: KL between held-out items' target laws and the policy."""

    slice: str = Field(description="slice whose items are evaluated; no stage may train on it")
    every: int = Field(
        10, ge=1, description="steps between evaluations; there is also one before training and one after it"
    )


# Left out of what is dumped where it says nothing: studies without it keep their specs.
EVAL = Field(
    None,
    exclude_if=not_,
    description="exact KL(target law || policy) on items that are held out, inside the stage; null: none",
)


class Grpo(Stage):
    """Reinforcement learning on sampled rollouts."""

    method: Literal["grpo"] = Field("grpo", description="how the stage trains")
    group_size: int = Field(8, ge=2, description="rollouts per prompt (G)")
    max_tokens: int = Field(4096, ge=1, description="longest completion in tokens")
    temperature: float = Field(1.0, gt=0, description="sampling temperature")
    reward: str = Field("verified", description="a file in wideband/training/rewards")
    reward_settings: dict[str, bool | int | float | str] = Field(
        default_factory=dict, description="settings of that reward"
    )
    advantage: Literal["mean", "mean_std", "pass_at_k"] = Field(
        "mean",
        description="reward minus the group's mean; that over the standard deviation; for the best of k",
    )
    k: int | None = Field(None, ge=2, description="draws that advantage pass_at_k takes the best of")
    kl: float = Field(
        0.0, ge=0, description="coefficient of the KL anchor to the policy that the stage starts from"
    )
    entropy_bonus: float = Field(0.0, ge=0, description="coefficient of the entropy bonus")
    retain: Retain | None = Field(
        None, description="an anchor to the policy that the stage starts from, on prompts of another slice"
    )


class SoftTarget(Stage):
    """KL divergence from an item's target law to the policy, at every prefix of an answer."""

    method: Literal["soft_target"] = Field(description="how the stage trains")
    paths: Literal["all"] | Annotated[int, Field(ge=1)] = Field(
        "all",
        description="answers drawn per prompt and step whose prefixes are scored; all: the exact mean over "
        "the law",
    )
    loss: Literal["mean", "sum"] = Field(
        "mean",
        description="over the prefixes of an answer; sum: its mean over answers is the KL of the whole laws",
    )
    retain: Retain | None = Field(
        None, description="an anchor to the policy that the stage starts from, on prompts of another slice"
    )
    eval: Eval | None = EVAL


class Sft(Stage):
    """Cross-entropy of answers to an item, end token included: drawn from a law, or worked ones."""

    method: Literal["sft"] = Field(description="how the stage trains")
    answers: Literal["law", "solutions"] = Field(
        "law",
        description="the item's target law over options, or the worked answers that its slice asks for with "
        "`solutions`, each as likely",
    )
    samples: int = Field(16, ge=1, description="answers drawn per prompt and step")
    eval: Eval | None = EVAL


class Dpo(Stage):
    """Direct preference optimisation (Rafailov et al. 2023) on pairs of completions."""

    method: Literal["dpo"] = Field(description="how the stage trains")
    beta: float = Field(
        0.1, gt=0, description="strength of the KL constraint to the policy that the stage starts from"
    )


class Trainer(Strict):
    """What every stage of the study shares."""

    loss: Literal["grpo", "dapo", "bnpo", "dr_grpo"] = Field("dr_grpo", description="TRL loss_type of GRPO")
    tag_coefficient: float = Field(0.2, ge=0, description="reward verified = correct + c (tag_valid - 1)")
    dtype: Literal["float32", "bfloat16"] = Field("float32", description="dtype of the training compute")
    micro_batch: int = Field(
        64, ge=1, description="rollouts per device and pass; prompts or pairs for methods without rollouts"
    )
    gradient_checkpointing: bool = Field(False, description="recompute activations in the backward pass")
    refill_rounds: int = Field(
        0,
        ge=0,
        description="how often groups whose rollouts all earn the same are replaced by other problems",
    )
    save_every: int = Field(5, ge=1, description="steps between resumable saves")
    deepspeed: str | None = Field(None, description="a file under config/deepspeed; null: one process")
    # Excluded from what is dumped, and so from every spec: no result depends on who looks on.
    report_to: list[Literal["trackio", "tensorboard", "wandb"]] = Field(
        [],
        exclude=True,
        description="trackers that are told of every step, with files in logs/trackers of the results; what "
        "is named must be installed, and sends nothing anywhere unless its own environment variables say so",
    )
