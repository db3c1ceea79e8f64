"""The base model, its LoRA, and how completions are sampled."""

from typing import Annotated, Literal

from pydantic import Field
from pydantic.json_schema import SkipJsonSchema

from .base import Strict
from .server_args import ALLOWED, Value

# Scaffolds in which a base that is pretrained here has read worked solutions.
PRETRAINED_ON = ("panel", "think", "plain", "direct")


class MicroBase(Strict):
    """A Qwen3-MoE pretrained from scratch by the study itself."""

    kind: Literal["pretrain"] = "pretrain"
    name: str = Field("micro", description="folder name under models/")
    hidden_size: int = Field(128, ge=8, description="width of the residual stream")
    layers: int = Field(3, ge=1, description="decoder layers")
    heads: int = Field(4, ge=1, description="attention heads")
    kv_heads: int = Field(2, ge=1, description="key and value heads")
    experts: int = Field(8, ge=2, description="experts per layer")
    experts_per_token: int = Field(2, ge=1, description="experts each token is routed to")
    expert_size: int = Field(96, ge=8, description="width of one expert")
    vocabulary: int = Field(512, ge=300, description="byte-level BPE vocabulary")
    context: int = Field(4096, ge=64, description="longest sequence in tokens")
    tokens: int = Field(1_500_000, ge=1000, description="pretraining tokens")
    batch_tokens: int = Field(1024, ge=64, description="tokens per optimizer step")
    lr: float = Field(3e-3, gt=0, description="peak learning rate of AdamW (embeddings, norms)")
    muon_lr: float = Field(0.02, gt=0, description="peak learning rate of Muon (attention, router, experts)")
    processes: int = Field(2, ge=1, description="processes sharing every batch; part of the result")
    mistake_rate: float = Field(0.3, ge=0, lt=1, description="share of worked solutions with a wrong step")
    seed: int = Field(20260423, description="seed of weights, corpus and order")


class HubBase(Strict):
    """A published base model at a pinned revision, or the same in a folder."""

    kind: Literal["hub"] = "hub"
    name: str = Field(description="folder name under models/")
    repo: str = Field(description="hub id, or a folder")
    revision: str | None = Field(
        None, description="40-digit commit of the hub repository; that under `data.revisions` when null"
    )
    dtype: Literal["float32", "bfloat16"] = Field("bfloat16", description="dtype of frozen weights")
    context: int = Field(32768, ge=64, description="longest sequence in tokens")
    end: str | None = Field(
        None,
        description="the token that ends an answer, where it is not the tokenizer's end of text, as "
        "`<end_of_turn>` of Gemma 3",
    )


class PackageBase(Strict):
    """A model that an installed Python package carries: no network is needed."""

    kind: Literal["package"] = "package"
    name: str = Field(
        "smollm2-135m-instruct", description="the model, as registered; folder name under models/"
    )
    dtype: Literal["float32", "bfloat16"] = Field("float32", description="dtype of frozen weights")
    context: int = Field(8192, ge=64, description="longest sequence in tokens")


class EndpointBase(Strict):
    """A model behind an OpenAI-compatible API that somebody else runs (engine openai)."""

    kind: Literal["endpoint"] = "endpoint"
    name: str = Field(description="folder name under models/")
    url: str = Field(description="address of the API up to its version, such as https://api.openai.com/v1")
    model: str = Field(description="the model's name there")
    api: Literal["chat", "completions"] = Field(
        "chat", description="chat: prompts are sent as messages; completions: as a text to continue"
    )
    key_variable: str | None = Field(
        "OPENAI_API_KEY", description="environment variable that holds the key; null: no key is needed"
    )
    context: int = Field(8192, ge=64, description="longest sequence in tokens")


Base = Annotated[MicroBase | HubBase | PackageBase | EndpointBase, Field(discriminator="kind")]


class Lora(Strict):
    """LoRA over attention and, unless told otherwise, every expert (or a dense feed-forward)."""

    rank: int = Field(32, ge=1, description="LoRA rank r")
    alpha: int = Field(32, ge=1, description="LoRA alpha")
    dropout: float = Field(0.0, ge=0, lt=1, description="dropout of LoRA's input in training")
    lm_head: bool = Field(False, description="adapt the output head as well")
    attention_only: bool = Field(
        False, description="adapt attention only, not experts or the dense feed-forward layers"
    )


class Sampling(Strict):
    """The engine that turns prompts into rollouts."""

    engine: Literal["transformers", "vllm", "openai"] = Field(
        "transformers",
        description="sampling engine; a base of kind endpoint is sampled by openai, whatever stands here",
    )
    batch_size: int = Field(256, ge=1, description="rollouts decoded together (transformers)")
    server_python: str | None = Field(None, description="python of envs/serve that runs vLLM")
    server_args: dict[str, Value] = Field(
        {},
        description="further options of `vllm serve`, as `max_model_len: 8192` or `enforce_eager: true`; of "
        + ", ".join(f"`{name}`" for name in ALLOWED),
    )
    url: str | None = Field(
        None,
        description="a vLLM server that runs already and serves the base by its hub id or folder",
    )
    tensor_parallel: int = Field(1, ge=1, description="GPUs one vLLM engine spans")
    laws: Literal["transformers", "vllm"] = Field(
        "transformers",
        description="who computes exact log-probabilities: the job's own process, or `engine`'s vLLM server",
    )


class Published(Strict):
    """Something on the hub at a pinned commit, or the same in a folder."""

    repo: str = Field(description="hub id, or a folder")
    revision: str | None = Field(
        None, description="40-digit commit of the hub repository; that under `data.revisions` when null"
    )


class PublishedAdapter(Published):
    """A PEFT adapter that an arm starts from instead of fresh LoRA."""


class PublishedCheckpoint(Published):
    """A published model, or a PEFT adapter, that stands for what a stage of training ended with."""

    kind: Literal["model", "adapter"] = Field(
        "model",
        description="`model`: all weights, with a tokenizer of its own; `adapter`: a PEFT adapter for the "
        "last `model` before it in the lineage, else for the base",
    )
    end: str | None = Field(
        None,
        description="the token that ends an answer of a `model`, as `base.end`; that of the base when null",
    )


class ArmSampling(Strict):
    """How an arm's rollouts on benchmarks differ from what the benchmarks say."""

    temperature: float | None = Field(
        None, ge=0, description="sampling temperature; the benchmark's when null"
    )
    n: int | None = Field(None, ge=1, description="rollouts per problem; the benchmark's when null")
    max_tokens: int | None = Field(
        None, ge=1, description="longest completion in tokens; the benchmark's when null"
    )


Seed = Annotated[int, Field(ge=0, lt=2**32)]


class Run(Strict):
    """One training of several of an arm."""

    of: str = Field(description="the arm")
    seed: Seed = Field(description="its seed, mixed into those of the stages")


class Arm(Strict):
    """A lineage of checkpoints, and how they are prompted."""

    title: str | None = Field(None, description="name in the report; its key in words when null")
    scaffold: str = Field(description="name of a scaffold in wideband.scaffolds")
    prompt: str | None = Field(
        None, description="prompt template, a file under config/prompts; null: the arm's results are imported"
    )
    train: bool = Field(True, description="false: short for `stages: []`, `base` alone is evaluated")
    stages: list[str] | None = Field(None, description="stages it is trained through; all when null")
    start: str | None = Field(
        None, description="<arm>.<stage> whose checkpoint the stages begin from; the untrained base when null"
    )
    policy: str | None = Field(
        None, description="another arm, whose checkpoints this one prompts with its own scaffold and sampling"
    )
    checkpoints: dict[str, PublishedCheckpoint] | None = Field(
        None,
        description="published models or adapters that stand as the arm's stages, by name and in order; "
        "none is then trained here",
    )
    seeds: list[Seed] | None = Field(
        None, description="training seeds, one run for each; the study's when null"
    )
    # Written by `runs.by_run`, never in a file: no key for people.
    run: SkipJsonSchema[Run | None] = None
    against: str | None = Field(None, description="an arm to compare with: adds a pair to `compare`")
    sampling: ArmSampling = Field(
        default_factory=ArmSampling, description="sampling settings that differ from the benchmark's"
    )
    start_from: PublishedAdapter | None = Field(None, description="published adapter to start from")
    base: Base | None = Field(None, description="another base model for this arm; the study's when null")
