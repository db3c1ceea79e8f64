"""What a job that has ended made, in one line with its key figure: what a run says of it on the terminal."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as parquet

from ..provenance.manifest import read_manifest

# What a job did, by its rule; the others are called by their rule's message.
DONE = {
    "sample": "sampled {policy} on {slice}",
    "grade": "graded {policy} on {slice}",
    "loglikelihood": "exact laws of {policy} on {slice}",
    "embed": "embedded {policy}",
    "entail": "entailment of {policy}",
    "novelty": "classes of answers of {policy}",
    "train": "trained {policy}",
    "merge": "merged {policy}",
    "band": "band of {policy} on {slice}",
}
PROBLEMS = ("slice", "heldout", "band_train", "import_slice")


def ended(output: Path, message: str) -> str:
    """The line of a job, by one of its outputs; its rule's `message` alone where no manifest says more."""
    try:
        manifest = read_manifest(output)
        figures = ", ".join(_figures(manifest))
        took = f"{manifest['seconds']:.0f} s"
        return f"{_name(manifest, message)}: {', '.join(filter(None, (figures, took)))}"
    except (OSError, ValueError, KeyError, TypeError):
        return message


def _name(manifest: dict[str, Any], message: str) -> str:
    wildcards = manifest["wildcards"]
    at = wildcards.get("stage") or wildcards.get("checkpoint")
    policy = ".".join(filter(None, (wildcards.get("arm"), at)))
    name = DONE.get(manifest["rule"])
    return name.format(policy=policy, slice=wildcards.get("slice", "")) if name else message


def _figures(manifest: dict[str, Any]) -> Iterator[str]:
    rule, paths = manifest["rule"], [Path(output["path"]) for output in manifest["outputs"]]
    if rule in FIGURES:
        yield from FIGURES[rule](manifest, paths)
        return
    rows = sum(parquet.read_metadata(path).num_rows for path in paths if path.suffix == ".parquet")
    if rows:
        yield f"{rows:,} {'problems' if rule in PROBLEMS else 'rows'}"


def _sampled(manifest: dict[str, Any], _: list[Path]) -> Iterator[str]:
    notes = manifest["notes"]
    yield f"{notes['rollouts']:,} rollouts"
    if manifest["seconds"] and not notes.get("resumed_rollouts"):
        yield f"{notes['completion_tokens'] / manifest['seconds']:,.0f} tokens/s"


def _trained(_: dict[str, Any], paths: list[Path]) -> Iterator[str]:
    log = next(path for path in paths if path.name == "training_log.parquet")
    table = parquet.read_table(log, columns=["step", "reward", "loss"]).sort_by("step")
    for measure in ("reward", "loss"):
        values = table[measure].drop_null().to_pylist()
        if values:
            yield f"{measure} {values[0]:.2f} → {values[-1]:.2f} in {table.num_rows:,} steps"
            return


def _graded(_: dict[str, Any], paths: list[Path]) -> Iterator[str]:
    table = parquet.read_table(paths[0], columns=["correct", "valid"])
    for column, name in (("correct", "accuracy"), ("valid", "valid")):
        values = table[column].drop_null().to_pylist()
        if values:
            yield f"{name} {sum(values) / len(values):.1%} of {len(values):,} rollouts"
            return
    yield f"{table.num_rows:,} rollouts"


def _classified(_: dict[str, Any], paths: list[Path]) -> Iterator[str]:
    bands = parquet.read_table(paths[0], columns=["band"])["band"].to_pylist()
    yield f"{bands.count('variance_band'):,} of {len(bands):,} problems in the variance band"


def _pretrained(manifest: dict[str, Any], _: list[Path]) -> Iterator[str]:
    notes = manifest["notes"]
    if "loss" in notes:
        yield f"loss {notes['loss']:.2f} after {notes['tokens']:,} tokens"


def _merged(manifest: dict[str, Any], _: list[Path]) -> Iterator[str]:
    lost = manifest["notes"]["rounded_away"]
    if lost:
        yield f"{lost:.0%} of the update lost to rounding"


def _numbers(_: dict[str, Any], paths: list[Path]) -> Iterator[str]:
    with paths[0].open("rb") as file:
        yield f"{sum(1 for line in file if line.strip()):,} numbers"


FIGURES: dict[str, Callable[[dict[str, Any], list[Path]], Iterator[str]]] = {
    "sample": _sampled,
    "train": _trained,
    "grade": _graded,
    "band": _classified,
    "base": _pretrained,
    "merge": _merged,
    "number_records": _numbers,
}
