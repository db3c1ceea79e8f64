"""A finished study, opened by its results folder alone: of another project as well as of this one."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from ..audit import bytes
from ..audit.results import Results
from ..config import Study
from ..config.parameters import whole_study
from ..errors import WidebandError
from ..numbers import NumberRecord, read_records
from ..numbers.inputs import Tables
from ..provenance.digests import file_digest, path_digest
from ..provenance.manifest import SPECS, read_manifest
from ..workflow.freshness import GATES
from ..workflow.layout import NUMBERS, REPORT

Spec = dict[str, Any]
UNFINISHED = frozenset({"INCOMPLETE"})


class ComparisonError(WidebandError):
    """A folder that cannot be compared: no study, an unfinished one, or one that was tampered with."""


@dataclass(frozen=True)
class Finished:
    """A study whose outputs are what was sealed.

    Attributes:
        place: its results folder as it was given.
        specs: what every job ran under, by rule and wildcards such as `sample panel.base.gsm8k_test`.
        manifests: the record of the jobs, by output.
        head: hash of the ledger's last line.
        audit: what the last audit of these very results said, in words.
    """

    place: Path
    study: Study
    specs: dict[str, Spec]
    manifests: dict[str, dict[str, Any]]
    records: dict[str, NumberRecord]
    tables: Tables
    head: str
    audit: str


def finished(place: Path) -> Finished:
    """Open a results folder. Raises ComparisonError where it is no study, unfinished, or tampered with."""
    if not place.is_dir():
        raise ComparisonError(
            f"{place}: no such folder; give a study's results folder, such as results/micro"
        )
    study = _study(place)
    results = Results(place, Path(), study, [], path_digest)
    for wrong in _wrong(results):
        raise ComparisonError(f"{place}: {wrong}")
    specs = dict(_specs(results))
    records = {record.id: record for record in read_records(place / NUMBERS)}
    head = results.entries[-1]["hash"]
    return Finished(
        place, study, specs, results.manifests, records, Tables(place), head, _audited(place, head)
    )


def _study(place: Path) -> Study:
    """The study that the numbers were computed for, as their spec keeps it."""
    if not (place / NUMBERS).is_file():
        raise ComparisonError(f"{place}: unfinished, it has no {NUMBERS}; run snakemake")
    digest = read_manifest(place / NUMBERS).get("spec", {}).get("digest")
    spec = _kept(place, digest)
    if spec is None:
        raise ComparisonError(
            f"{place}: the spec of {NUMBERS} is not the stored one; wideband audit says more"
        )
    try:
        return whole_study(spec["params"])
    except (ValidationError, KeyError, TypeError) as error:
        why = str(error).splitlines()[0]
        raise ComparisonError(
            f"{place}: made by another version of Wideband, whose study this one cannot read ({why})"
        ) from None


def _kept(place: Path, digest: object) -> Spec | None:
    """A spec as it was when its job ran; None for one that is gone or edited."""
    path = place / SPECS / f"{digest}.json"
    if not path.is_file() or file_digest(path) != digest:
        return None
    return json.loads(path.read_text(encoding="utf-8"))


def _wrong(results: Results) -> Iterator[str]:
    """What stands against a comparison, first what was found first."""
    found = list(bytes.check(results))
    if found:
        kind = "unfinished" if {finding.code for finding in found} <= UNFINISHED else "tampered with"
        first, more = found[0], f"; and {len(found) - 1} more findings" if len(found) > 1 else ""
        yield f"{kind}: {first.code} {first.file}: {first.detail}{more}"
    for output in (NUMBERS, REPORT):
        if output not in results.manifests:
            yield f"unfinished: its {output} is not there; run snakemake"
    for output, manifest in results.manifests.items():
        for read in manifest["inputs"]:
            parent = results.manifests.get(results.inside(str(read["path"])) or "")
            stale = parent is not None and parent["output"]["digest"] != read["digest"]
            if stale and read.get("name") not in GATES:
                yield f"unfinished: {output} is of another {read['path']} than lies there; run snakemake"


def _specs(results: Results) -> Iterator[tuple[str, Spec]]:
    for output, manifest in results.manifests.items():
        spec = _kept(results.root, manifest["spec"]["digest"])
        if spec is None:
            raise ComparisonError(
                f"{results.root}: the spec of {output} is not the stored one; wideband audit says more"
            )
        yield " ".join((spec["rule"], ".".join(spec["wildcards"].values()) or "study")), spec


def _audited(place: Path, head: str) -> str:
    """The verdict of an audit of these results: one of an earlier ledger says nothing of them."""
    try:
        audit = json.loads((place / "audit/audit.json").read_text(encoding="utf-8"))
        if audit["head"] != head:
            return "not audited since it ran last"
        levels = " ".join(f"L{level}" for level in audit["levels"])
        return f"{audit['verdict']} by its last audit, levels {levels}"
    except FileNotFoundError:
        return "not audited"
    except (ValueError, KeyError, TypeError, OSError):
        return "its audit.json cannot be read"
