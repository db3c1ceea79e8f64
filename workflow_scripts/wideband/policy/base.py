"""Loading a base model: the study's own, or a published one by reference."""

import json
import logging
from pathlib import Path

import torch
from transformers import (
    AutoConfig,
    AutoModelForCausalLM,
    AutoTokenizer,
    PreTrainedModel,
    PreTrainedTokenizerBase,
)
from transformers.utils import logging as transformers_logging

from ..errors import WidebandError
from .endpoint import endpoint_of

log = logging.getLogger(__name__)
# A bar that is redrawn makes a log of a hundred lines out of one.
transformers_logging.disable_progress_bar()

REFERENCE = "reference.json"


class NoWeights(WidebandError):
    """A model that is asked at an address: neither weights nor a tokenizer are here."""


# What configs of transformers call the number of experts.
EXPERTS = ("num_experts", "num_local_experts", "n_routed_experts")


def write_reference(
    folder: Path, repo: str | None, revision: str | None, dtype: str, end: str | None = None
) -> None:
    """Pin a published base model in `folder` without copying its weights; None: they lie there.

    `end` is the token that ends an answer, where the tokenizer's end of text does not.
    """
    folder.mkdir(parents=True, exist_ok=True)
    content = {"repo": repo, "revision": revision, "dtype": dtype} | ({"end": end} if end else {})
    (folder / REFERENCE).write_text(json.dumps(content, indent=2) + "\n")


def location(folder: Path) -> tuple[str, str | None, str]:
    """(folder or hub id, revision, dtype) of the base model kept in `folder`."""
    if endpoint := endpoint_of(folder):
        raise NoWeights(f"{folder}: {endpoint.model} is an endpoint; it has no weights and no tokenizer here")
    reference = folder / REFERENCE
    if not reference.exists():
        return str(folder), None, "float32"
    content = json.loads(reference.read_text())
    return content["repo"] or str(folder), content["revision"], content["dtype"]


def load_tokenizer(folder: Path) -> PreTrainedTokenizerBase:
    """The base model's tokenizer; its end of text is the token that ends an answer.

    Raises WidebandError for a token that it does not have.
    """
    source, revision, _ = location(folder)
    tokenizer = AutoTokenizer.from_pretrained(source, revision=revision, trust_remote_code=False)
    reference = folder / REFERENCE
    end = json.loads(reference.read_text()).get("end") if reference.exists() else None
    if end is not None:
        if end not in tokenizer.get_vocab():
            raise WidebandError(f"base.end: the tokenizer of {source} has no token {end!r}; name one it has")
        tokenizer.eos_token = end
    return tokenizer


def load_model(folder: Path, dtype: str | None = None) -> PreTrainedModel:
    """The base model with fused experts, in its own dtype unless another is asked for."""
    source, revision, own = location(folder)
    config = AutoConfig.from_pretrained(source, revision=revision, trust_remote_code=False)
    mixture = any(getattr(config, name, None) for name in EXPERTS)
    model = AutoModelForCausalLM.from_pretrained(
        source,
        revision=revision,
        trust_remote_code=False,
        dtype=getattr(torch, dtype or own),
        **({"experts_implementation": "grouped_mm"} if mixture else {}),
    )
    log.info("model opened: %s", source)
    return model.to("cuda" if torch.cuda.is_available() else "cpu")
