"""L5: where a checkpoint's model is, whether it can be loaded here, and how its libraries are kept quiet."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..workflow import layout
from .results import Results

# Arm and checkpoint.
Policy = tuple[str, str]


def is_here(results: Results, policy: Policy, done: str) -> bool:
    """Whether a policy's base model can be had on this machine.

    Where not, L5 is noted as skipped, and what was not `done` with the policy, such as "sampled again".
    """
    absent = _away(results, policy)
    if absent:
        results.skipped.add(5)
        results.notes.append(f"{'.'.join(policy)}: not {done}, its base model is not here ({absent})")
    return not absent


def _away(results: Results, policy: Policy) -> str | None:
    """Why a published base model cannot be had on this machine; None when it can, and for the study's own."""
    kind = results.study.base_of(*policy).kind
    if kind == "pretrain":
        return None
    if kind == "endpoint":
        return "an endpoint, which gives neither seeds nor token ids nor log-probabilities"
    from ..policy.base import load_tokenizer

    try:
        load_tokenizer(places(results, policy)[0])
    except (OSError, ValueError, KeyError) as error:
        return str(error).split("\n")[0]
    return None


def places(results: Results, policy: Policy) -> tuple[Path, Path | None]:
    """Folders of the base model and of the adapter."""
    base = layout.model_of(results.study, *policy)
    adapter = layout.adapter_of(results.study, *policy)
    return results.root / base, results.root / adapter if adapter in results.jobs else None


def weights(results: Results, policy: Policy) -> list[str]:
    """Digests of the base model and of the adapter, of those that are there."""
    return [results.digest(place) for place in places(results, policy) if place and place.exists()]


def dtype(results: Results, policy: Policy) -> str:
    """The precision of the base model's weights."""
    base = results.study.base_of(*policy)
    return "float32" if base.kind == "pretrain" else base.dtype


@contextmanager
def quiet() -> Iterator[None]:
    """Bars and warnings of the model libraries are about jobs, not about the audit."""
    from transformers.utils import logging as transformers_logging

    transformers_logging.disable_progress_bar()
    logging.captureWarnings(True)
    logging.getLogger("py.warnings").setLevel(logging.ERROR)
    try:
        yield
    finally:
        logging.captureWarnings(False)
