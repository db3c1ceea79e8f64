"""The same study run twice, elsewhere and in another order, gives the same bytes."""

from pathlib import Path

from workflow import Copy

from wideband.provenance.digests import folder_digest, path_digest

# Seconds and bytes of memory are what they are.
VARYING = ("training_log.parquet",)


def outputs(copy: Copy) -> dict[str, str]:
    """Digest of every table, adapter, model and number file by its path."""
    root = copy.results("nano")
    kept = [path for path in root.rglob("*.parquet") if path.name not in VARYING]
    adapters = {path for path in root.rglob("adapter") if path.is_dir() and "state" not in path.parts}
    found = [*kept, *adapters, root / "models" / "nano", root / "numbers.jsonl"]
    return {str(path.relative_to(root)): _digest(path) for path in found}


def _digest(path: Path) -> str:
    return folder_digest(path) if path.is_dir() else path_digest(path)


def test_a_second_run_gives_identical_models_adapters_rollouts_and_numbers(nano: Copy, twin: Copy) -> None:
    one, two = outputs(nano), outputs(twin)
    assert one.keys() == two.keys()
    assert len([name for name in one if name.endswith("adapter")]) == 8
    assert [name for name in one if one[name] != two[name]] == []
