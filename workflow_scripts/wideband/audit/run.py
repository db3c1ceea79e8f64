"""An audit: the levels in order, then what they mean for every number."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from ..config import Study
from ..numbers.plan import Request
from ..provenance.cache import DigestCache
from ..provenance.ledger import GENESIS
from ..workflow.jobs import jobs
from . import anchor, bytes
from .finding import Finding
from .graph import touched
from .plan import requests
from .report import Audit
from .results import Results

LEVELS = (0, 1, 2, 3, 4, 5, 6)


@dataclass(frozen=True)
class Question:
    """What is asked of an audit.

    Attributes:
        levels: to be checked.
        paranoid: trust nothing that an earlier audit remembered.
        anchor: a head of the ledger known from elsewhere.
    """

    levels: tuple[int, ...] = LEVELS
    paranoid: bool = False
    anchor: str | None = None


def audit(study: Study, project: Path, question: Question) -> Audit:
    """Audit the results of a study under `project`, the folder of the Snakefile."""
    root = project / "results" / study.name
    cache = DigestCache(root, remember=not question.paranoid)
    results = Results(root, project, study, jobs(study, project), cache.digest)
    asked = requests(results)
    findings = sorted(set(_named(results, _findings(results, asked, question))), key=_order)
    if root.is_dir():
        cache.save()
    codes = touched(results, asked, findings, question.levels)
    head = results.entries[-1]["hash"] if results.entries else GENESIS
    ids = dict.fromkeys([*(each.id for each in asked), *codes])
    return Audit(study.name, head, question.levels, tuple(findings), codes, tuple(ids), tuple(results.notes))


def _findings(results: Results, asked: list[Request], question: Question) -> Iterator[Finding]:
    checks: dict[int, Callable[[], Iterable[Finding]]] = {
        0: lambda: [*anchor.check(results, question.anchor), *bytes.check(results)],
    }
    for level in question.levels:
        if level in checks:
            yield from checks[level]()


def _named(results: Results, findings: Iterable[Finding]) -> Iterator[Finding]:
    """The findings with the stage that wrote the file, where they name none."""
    for finding in findings:
        output = results.owner(finding.file) if finding.file and not finding.stage else None
        yield replace(finding, stage=results.stage(output)) if output else finding


def _order(finding: Finding) -> tuple[int, str, str, str, str]:
    return finding.level, finding.code, finding.file or "", finding.number or "", finding.detail
