"""L5: a random choice of rollouts is sampled again from the checkpoint.

On a CPU in fp32 they must be the same: text, tokens and finish reason, and log-probabilities up to a
thousandth of a nat a token. Where equality cannot hold (bf16, a GPU, a vLLM server) they must
be as likely as they say (see `agreement`).
"""

from collections.abc import Iterator
from contextlib import nullcontext
from itertools import groupby
from typing import Any

from .agreement import different, unlikely
from .choice import KEY, Chosen, choose
from .finding import Finding
from .memo import Memo
from .policies import dtype, is_here, places, quiet, weights
from .results import Results

LEAST = 48


def check(results: Results, memo: Memo, least: int = LEAST) -> Iterator[Finding]:
    """REPLAY_MISMATCH for each table with a rollout that its checkpoint does not give.

    At least `least` rollouts are chosen (see `choice`).
    """
    chosen = sorted(choose(results, least), key=lambda table: table.policy)
    for policy, tables in groupby(chosen, key=lambda table: table.policy):
        listed = list(tables)
        if is_here(results, policy, "sampled again"):
            yield from _policy(results, memo, listed)


def _policy(results: Results, memo: Memo, tables: list[Chosen]) -> Iterator[Finding]:
    try:
        key = _key(results, tables[0].policy, tables)
        yield from memo.findings(key, lambda: _replayed(results, tables))
    except Exception as error:
        # Whatever a damaged checkpoint makes a model library raise, it is an answer to the question asked. It
        # may be a passing fault of this machine as well, so it is raised through the memory.
        for chosen in tables:
            detail = f"cannot be sampled again: {type(error).__name__}: {error}"
            yield Finding("REPLAY_MISMATCH", 5, detail, chosen.job.outputs[0])


def _key(results: Results, policy: tuple[str, str], tables: list[Chosen]) -> list[Any]:
    paths = [results.root / path for table in tables for path in table.job.outputs]
    rows = [table.rows[KEY].to_numpy().tolist() for table in tables]
    specs = [table.job.spec.digest for table in tables]
    return ["replayed", *policy, *weights(results, policy), *map(results.digest, paths), rows, specs]


def _replayed(results: Results, tables: list[Chosen]) -> Iterator[Finding]:
    folders, precision = places(results, tables[0].policy), dtype(results, tables[0].policy)
    exact = _is_exact(results, tables[0])
    with quiet(), _engine(results, tables[0]) if exact else nullcontext() as engine:
        for chosen in tables:
            wrong = different(chosen, engine, folders[0]) if exact else unlikely(chosen, *folders, precision)
            if wrong:
                yield Finding("REPLAY_MISMATCH", 5, wrong, chosen.job.outputs[0])


def _is_exact(results: Results, chosen: Chosen) -> bool:
    import torch

    manifest = results.manifests.get(chosen.job.outputs[0], {})
    machine = manifest.get("machine")
    gpus = isinstance(machine, dict) and machine.get("gpus")
    by_transformers = chosen.job.spec.params["sampling"]["engine"] == "transformers"
    fp32 = dtype(results, chosen.policy) == "float32"
    return by_transformers and fp32 and not gpus and not torch.cuda.is_available()


def _engine(results: Results, chosen: Chosen) -> Any:
    from ..config.policy import Sampling
    from ..policy.base import load_tokenizer
    from ..sampling.open import open_engine

    base, adapter = places(results, chosen.policy)
    settings = Sampling.model_validate(chosen.job.spec.params["sampling"])
    # One thread, as the rule `sample` has.
    return open_engine(settings, base, adapter, load_tokenizer(base), 1)
