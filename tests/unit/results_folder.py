"""A results folder of a few jobs, made as the workflow would, without running anything heavy."""

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from wideband.provenance.code import keep_code
from wideband.provenance.fingerprint import Fingerprint
from wideband.provenance.manifest import inputs, write_manifests
from wideband.provenance.specs import Spec, write_spec
from wideband.workflow.jobs import PlannedJob

CODE = Fingerprint("c" * 64, {"wideband.metrics.passk": "1" * 64}, ())
ROOT = Path("results/small")
# Rule, output, and the outputs it reads by name.
CHAIN = {
    "slice": ("data/problems.parquet", {}),
    "golds": ("data/problems.golds.json", {"problems": "slice"}),
    "sample": ("arms/rollouts.parquet", {"problems": "slice", "golds": "golds"}),
    "grade": ("arms/verdicts.parquet", {"rollouts": "sample", "problems": "slice"}),
}


def planned(rule: str, code: Fingerprint = CODE, **params: Any) -> PlannedJob:
    """One job of the chain."""
    spec = Spec("small", rule, {}, {"seed": 1, **params}, code.digest, "10c4")
    return PlannedJob(rule, {}, f"specs/{rule}/study.json", (CHAIN[rule][0],), spec, code)


def ran(job: PlannedJob, text: str = "") -> None:
    """The job's output and its manifest, in the current folder."""
    output, named = CHAIN[job.rule]
    keep_code(ROOT, job.code)
    write_spec(ROOT / job.spec_path, job.spec)
    read = inputs({name: [ROOT / CHAIN[rule][0]] for name, rule in named.items()})
    (ROOT / output).parent.mkdir(parents=True, exist_ok=True)
    (ROOT / output).write_text(text or job.rule)
    write_manifests([ROOT / output], job.spec, ROOT / job.spec_path, read, datetime.now(UTC), {})


def chain() -> list[PlannedJob]:
    """All jobs of the chain, finished."""
    made = [planned(rule) for rule in CHAIN]
    for job in made:
        ran(job)
    return made


def mtime(path: str) -> int:
    """In nanoseconds."""
    return os.stat(ROOT / path).st_mtime_ns
