"""L2, sources: problems are what registered sources give, and none is both trained on and evaluated."""

import subprocess
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pandas as pd

from ..config.data import Data
from ..config.parameters import PACKAGES
from ..config.parameters_data import REGISTRY
from ..data.errors import DataError, RegistryError
from ..data.leakage import shared
from ..data.slices import build_slice
from ..data.splits import arm_train, heldout
from ..workflow import layout
from ..workflow.freshness import spec_changes
from ..workflow.jobs import PlannedJob
from .finding import Finding
from .memo import Memo
from .results import UNREADABLE, Results
from .tables import difference

SHOWN = 5


def check(results: Results, memo: Memo) -> Iterator[Finding]:
    """Findings about the study's problems."""
    yield from _registry(results)
    for job in results.planned:
        if job.rule in DRAWN:
            yield from _drawn(results, job, memo)
    yield from _leakage(results)


def _finding(code: str, detail: str, file: str) -> Finding:
    return Finding(code, 2, detail, file)


def _drawn(results: Results, job: PlannedJob, memo: Memo) -> Iterator[Finding]:
    """A table of problems drawn again."""
    path = job.outputs[0]
    stored = results.frame(path)
    if stored is None:
        return
    # What the draw is made of is checked itself, so its digest stands for it; a local folder has none.
    paths = [results.root / table for table in _tables(results, job)]
    made_of = [results.digest(file) for file in paths if file.is_file()]
    key = ("drawn", job.spec.digest, results.digest(results.root / path), made_of)
    compared = partial(_compared, results, job, stored)
    try:
        yield from compared() if results.study.data.origin == "local" else memo.findings(key, compared)
    # What depends on this machine comes out of the memory: the next audit asks again.
    except RegistryError as error:
        yield _finding("ROOT_DATA_MISMATCH", str(error), path)
    except (DataError, OSError) as error:
        results.notes.append(f"{path}: not drawn again, its source is not here ({error})")
    except UNREADABLE as error:
        yield _finding("ROOT_DATA_MISMATCH", f"cannot be drawn again ({error})", path)


def _compared(results: Results, job: PlannedJob, stored: pd.DataFrame) -> list[Finding]:
    again = DRAWN[job.rule](results, job)
    found = None if again is None else difference(stored, again, ("uid",), ordered=True)
    detail = f"differs from its source: {found}"
    return [_finding("ROOT_DATA_MISMATCH", detail, job.outputs[0])] if found else []


def _slice(results: Results, job: PlannedJob) -> pd.DataFrame:
    params = job.spec.params
    return build_slice(job.wildcards["slice"], Data.model_validate(params["data"]), params.get("spaces"))


def _heldout(results: Results, job: PlannedJob) -> pd.DataFrame | None:
    pool = results.frame(_tables(results, job)[0])
    return None if pool is None else heldout(pool, results.study.band.heldout)


def _band_train(results: Results, job: PlannedJob) -> pd.DataFrame | None:
    pool, held, band = map(results.frame, _tables(results, job))
    if pool is None or held is None or band is None:
        return None
    return arm_train(pool, band, held, results.study.band.if_empty)


def _tables(results: Results, job: PlannedJob) -> list[str]:
    """The tables that a draw is made of; none for a slice, which comes out of its source."""
    band, study = results.study.band, results.study
    if job.rule == "slice":
        return []
    pool = layout.PROBLEMS.format(slice=band.pool)
    if job.rule == "heldout":
        return [pool]
    arm = job.wildcards["arm"]
    of_arm = layout.BAND.format(arm=arm, checkpoint=study.bands()[arm], slice=band.pool)
    return [pool, layout.PROBLEMS.format(slice=band.heldout.slice), of_arm]


DRAWN = {"slice": _slice, "heldout": _heldout, "band_train": _band_train}


def _registry(results: Results) -> Iterator[Finding]:
    """The registry says of each source what it said when the slice was drawn, and what is committed.

    So does that of packages of each base model that one carries.
    """
    for job in results.planned:
        manifest = results.manifests.get(job.outputs[0])
        if (
            job.rule not in ("slice", "base")
            or manifest is None
            or manifest["spec"]["digest"] == job.spec.digest
        ):
            continue
        for reason in spec_changes(job, str(manifest["spec"]["digest"]), results.root):
            if reason.kind == "params" and reason.what.startswith("registered"):
                detail = f"{reason.what}: {reason.old} → {reason.new}"
                yield _finding("REGISTRY_CHANGED", detail, job.outputs[0])
    study, differs = results.study, "{} differs from the committed one"
    if study.data.origin != "generated" and _uncommitted(results.project, REGISTRY):
        for name in study.data.slices:
            detail = differs.format(REGISTRY.name)
            yield _finding("REGISTRY_CHANGED", detail, layout.PROBLEMS.format(slice=name))
    bases = {base.name: base for base in map(study.base_of, study.arms) if base}
    packaged = [name for name, base in bases.items() if base.kind == "package"]
    if packaged and _uncommitted(results.project, PACKAGES):
        for name in packaged:
            detail = differs.format(PACKAGES.name)
            yield _finding("REGISTRY_CHANGED", detail, layout.MODEL.format(base=name))


def _uncommitted(project: Path, registry: Path) -> bool:
    command = ["git", "-C", str(project), "diff", "--quiet", "HEAD", "--", str(registry)]
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 1
    except FileNotFoundError:
        return False


def _leakage(results: Results) -> Iterator[Finding]:
    """No problem that is evaluated in what was trained on, by the tables; but where the study asks it."""
    study = results.study
    seen = study.seen()
    trained = set(study.trained_slices())
    if study.band_stage():
        trained |= {layout.BAND_TRAIN.format(arm=arm) for arm, body in study.arms.items() if body.train}
    for name in sorted(trained):
        train = _problems(results, name)
        for benchmark in study.evaluated_slices():
            if seen.get(benchmark) == name:
                continue
            tested = _problems(results, benchmark)
            uids = shared(train, tested) if train is not None and tested is not None else []
            if uids:
                detail = f"{len(uids)} of its problems are in {benchmark}: {', '.join(uids[:SHOWN])}"
                yield _finding("LEAKAGE", detail, layout.PROBLEMS.format(slice=name))


def _problems(results: Results, name: str) -> pd.DataFrame | None:
    frame = results.frame(layout.PROBLEMS.format(slice=name))
    return frame if frame is not None and {"uid", "problem"} <= set(frame.columns) else None
