"""Manifests of a chain of jobs behind two numbers of the invented study, written as jobs write them."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from report_results import study

from wideband.config import Study
from wideband.provenance.manifest import inputs, write_manifests
from wideband.provenance.specs import Spec, write_spec

# The invented study with two rollouts a problem: its numbers are soon computed.
BENCHMARKS = {
    "gsm8k_test": {"title": "GSM8K tier", "n": 2},
    "olympiad_heldout": {"title": "held-out", "n": 2},
}
SMALL = study(benchmarks=BENCHMARKS)
NUMBER = "pass@1.gsm8k_test.think.gsm8k_warmup"
OTHER = "pass@1.gsm8k_test.plain.base"
TRAINED, UNTRAINED = "arms/think/gsm8k_warmup", "arms/plain/base"
SLICE = "gsm8k_test.parquet"
PASSK = (f"metrics/passk/think/gsm8k_warmup/{SLICE}", f"metrics/passk/plain/base/{SLICE}")


def write_lineage(made: Study, root: Path) -> None:
    """Manifests from the sources to numbers.jsonl; `root` ends with `results/<study>`.

    Files that the report reads nothing of but their manifests hold a word.
    """
    for name in ("gsm8k_test", "gsm8k_train"):
        ran(made, root, "slice", {"slice": name}, {}, [f"data/{name}.parquet"])
    ran(
        made,
        root,
        "golds",
        {"slice": "gsm8k_test"},
        {"problems": f"data/{SLICE}"},
        ["data/gsm8k_test.golds.json"],
    )
    ran(made, root, "base", {"base": "nano"}, {}, ["models/nano/weights"])
    learned = {"model": "models/nano/weights", "problems": "data/gsm8k_train.parquet"}
    outputs = [f"{TRAINED}/adapter/weights", f"{TRAINED}/training_log.parquet"]
    ran(made, root, "train", {"arm": "think", "stage": "gsm8k_warmup"}, learned, outputs)
    evaluated(made, root, UNTRAINED, {})
    evaluated(made, root, TRAINED, {"adapter": outputs[0]})
    graded = {"first": f"{TRAINED}/verdicts/{SLICE}", "second": f"{UNTRAINED}/verdicts/{SLICE}"}
    ran(made, root, "passk", {}, graded, list(PASSK))
    ran(made, root, "number_records", {}, {"first": PASSK[0], "second": PASSK[1]}, ["numbers.jsonl"])


def evaluated(made: Study, root: Path, folder: str, adapter: dict[str, str]) -> None:
    """Sampling and grading of one policy on gsm8k_test."""
    _, arm, checkpoint = folder.split("/")
    cell = {"arm": arm, "checkpoint": checkpoint, "slice": "gsm8k_test"}
    problems = {"problems": f"data/{SLICE}"}
    read = {"model": "models/nano/weights", **adapter, **problems, "golds": "data/gsm8k_test.golds.json"}
    spent = {"prompt_tokens": 1000, "completion_tokens": 500, "rollouts": 64}
    ran(made, root, "sample", cell, read, [f"{folder}/rollouts/{SLICE}"], **spent)
    ran(
        made,
        root,
        "grade",
        cell,
        {"rollouts": f"{folder}/rollouts/{SLICE}", **problems},
        [f"{folder}/verdicts/{SLICE}"],
    )


def ran(
    made: Study,
    root: Path,
    rule: str,
    wildcards: dict[str, str],
    read: dict[str, str],
    written: list[str],
    **notes: Any,
) -> None:
    """One finished job: its spec, its outputs where they are not there yet, and their manifests."""
    spec = Spec(made.name, rule, wildcards, {"seed": 4}, "c0de", "10c4")
    spec_path = root / f"specs/{rule}/{'.'.join(wildcards.values()) or 'study'}.json"
    write_spec(spec_path, spec)
    before = inputs({"spec": [spec_path], **{name: [root / path] for name, path in read.items()}})
    for path in written:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        if not (root / path).exists():
            (root / path).write_text(rule)
    write_manifests([root / path for path in written], spec, spec_path, before, datetime.now(UTC), notes)
