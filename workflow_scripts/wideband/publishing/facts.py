"""What a card says: where the base is, how the checkpoint was made, and its numbers with their verdicts."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..audit.report import VERIFIED, Audit
from ..config import Study
from ..config.parameters import packages
from ..metrics.passk import k_of
from ..numbers import NumberRecord
from ..policy.base import location
from ..report.formats import render, render_interval

FORM = ".4g"


@dataclass(frozen=True)
class Base:
    """The base model: its hub id and commit, or the folder that goes along with the adapter.

    `beneath` is the hub id of what a merged policy was merged into.
    """

    name: str
    repo: str | None
    revision: str | None
    folder: Path | None
    dtype: str
    licence: str | None
    beneath: str | None = None


def base_of(study: Study, arm: str, checkpoint: str, folder: Path) -> Base:
    """The model that an arm's checkpoint is an adapter for, which the study keeps in `folder`."""
    body = study.base_of(arm, checkpoint)
    root = getattr(body, "root", body)
    registered = packages().get(root.name, {}) if root.kind == "package" else {}
    source, revision, dtype = location(folder)
    licence = registered.get("licence")
    if Path(source).is_dir():
        beneath = None if root is body or root.kind != "hub" or Path(root.repo).is_dir() else root.repo
        return Base(body.name, None, None, Path(source), dtype, licence, beneath)
    return Base(body.name, source, revision, None, dtype, licence)


def stages(study: Study, arm: str, checkpoint: str) -> Iterator[dict[str, Any]]:
    """The stages of this study that lead to a checkpoint, in order: name, how far, method, settings, data."""
    last, _, step = checkpoint.partition("@")
    for name in study.trained_through(arm):
        body = study.stages[name]
        source = study.data.slices.get(body.slice or study.band.pool)
        settings = body.model_dump(mode="json", exclude_defaults=True)
        yield {
            "name": name,
            "method": body.method,
            "steps": int(step) if name == last and step else body.steps,
            "settings": json.dumps(settings | {"steps": body.steps}, ensure_ascii=False),
            "slice": body.slice or f"variance band of {study.band.pool}",
            "source": f"{source.source}, {source.split}" if source else "imported",
        }
        if name == last:
            return


@dataclass(frozen=True)
class Number:
    """A row of the card's table."""

    id: str
    value: str
    interval: str
    unit: str
    n: int
    verdict: str


def numbers(
    records: dict[str, NumberRecord], benchmarks: list[str], arm: str, checkpoint: str, audit: Audit
) -> list[Number]:
    """The numbers of a checkpoint on every benchmark, and its gains over the base; of pass@k both ends."""
    cells = [(name, arm, at) for name in benchmarks for at in (checkpoint, f"{checkpoint}-base")]
    found = [record for record in records.values() if any(_about(record.id, cell) for cell in cells)]
    most = {
        cell: max((_k(record.id) for record in found if _about(record.id, cell)), default=0) for cell in cells
    }
    return [
        _row(record, audit)
        for record in found
        if _k(record.id) in (0, 1, *(most[cell] for cell in cells if _about(record.id, cell)))
    ]


def _k(identity: str) -> int:
    return k_of(identity.partition(".")[0]) or 0


def _about(identity: str, cell: tuple[str, str, str]) -> bool:
    """Whether an id is `<metric>.<cell>`, `gain.<cell>` or `<metric>.gain.<cell>`, whatever follows."""
    _, _, rest = identity.partition(".")
    rest, name = rest.removeprefix("gain."), ".".join(cell)
    return rest == name or rest.startswith(f"{name}.")


def _row(record: NumberRecord, audit: Audit) -> Number:
    ends = None
    if record.ci is not None:
        low, high = record.ci
        ends = (float("-inf") if low is None else low, float("inf") if high is None else high)
    return Number(
        record.id,
        render(record.value, FORM),
        render_interval(ends, FORM) if ends else "",
        record.unit,
        record.n,
        audit.status(record.id) if record.id in audit.ids else "not audited",
    )


def sound(shown: list[Number]) -> bool:
    """Whether every number of a card is verified."""
    return all(row.verdict == VERIFIED for row in shown)


def verdict(audit: Audit, shown: list[Number]) -> str:
    """The audit in words, which say so where numbers are not verified."""
    levels = " ".join(f"L{level}" for level in audit.levels)
    by = f"an audit of the whole study at publishing (levels {levels})"
    if audit.verdict == VERIFIED:
        return f"VERIFIED by {by}."
    codes = ", ".join(sorted({finding.code for finding in audit.findings}))
    unsure = sum(row.verdict != VERIFIED for row in shown)
    if not unsure:
        return f"Verified, each of the numbers below, by {by}, which FAILED elsewhere: {codes}."
    return f"NOT VERIFIED: {unsure} of the {len(shown)} numbers below, by {by}: {codes}."
