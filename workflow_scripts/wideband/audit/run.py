"""An audit: the levels in order, then what they mean for every number."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

from ..config import Study
from ..errors import WidebandError
from ..numbers.plan import Request
from ..provenance.cache import DigestCache
from ..provenance.ledger import GENESIS
from ..workflow.jobs import jobs
from . import (
    anchor,
    bytes,
    claims,
    freshness,
    imports,
    lineage,
    recompute,
    records,
    registered,
    regrade,
    replay,
    roots,
    samples,
    selection,
    text,
)
from .claims import Judged
from .finding import Finding
from .graph import LEDGER, touched
from .memo import Memo
from .plan import requests
from .report import Audit
from .results import Results

LEVELS = (0, 1, 2, 3, 4, 5, 6)
TEXT = 6


@dataclass(frozen=True)
class Question:
    """What is asked of an audit.

    Attributes:
        levels: to be checked.
        paranoid: trust nothing that an earlier audit remembered.
        anchor: a head of the ledger known from elsewhere.
        texts: READMEs and papers that hold a fragment of the study's numbers.
    """

    levels: tuple[int, ...] = LEVELS
    paranoid: bool = False
    anchor: str | None = None
    texts: tuple[Path, ...] = ()


def audit(study: Study, project: Path, question: Question) -> Audit:
    """Audit the results of a study under `project`, the folder of the Snakefile.

    Raises ClaimError for a file of claims that cannot be read; whatever the results hold gives findings.
    """
    root = project / "results" / study.name
    cache, memo = (kind(root, remember=not question.paranoid) for kind in (DigestCache, Memo))
    results = Results(root, project, study, jobs(study, project), cache.digest)
    asked = requests(results)
    findings = set(_named(results, _findings(results, asked, question, memo)))
    levels = tuple(level for level in question.levels if level not in results.skipped)
    judged: list[Judged] = []
    if TEXT in levels:
        judged = claims.check(results, asked, touched(results, asked, findings, levels), memo)
        findings |= {each.finding for each in judged if each.verdict != claims.VERIFIED}
    cache.save()
    memo.save()
    codes = touched(results, asked, findings, levels)
    return Audit(
        study=study.name,
        head=results.entries[-1]["hash"] if results.entries else GENESIS,
        levels=levels,
        findings=tuple(sorted(findings, key=_order)),
        codes=codes,
        ids=tuple(dict.fromkeys([*(each.id for each in asked), *codes])),
        notes=tuple(results.notes),
        claims=tuple(judged),
    )


def _findings(results: Results, asked: list[Request], question: Question, memo: Memo) -> Iterator[Finding]:
    checks: dict[int, Callable[[], Iterable[Finding]]] = {
        0: lambda: chain(
            anchor.check(results, question.anchor), bytes.check(results), registered.records(results)
        ),
        1: lambda: freshness.check(results),
        2: lambda: chain(lineage.check(results), roots.check(results, memo), imports.check(results)),
        3: lambda: chain(
            samples.check(results),
            selection.check(results),
            recompute.check(results, asked, memo),
        ),
        4: lambda: regrade.check(results, memo),
        5: lambda: replay.check(results, memo),
        TEXT: lambda: text.check_text(
            results.root, results.study, [*records.read(results.root)[0].values()], question.texts
        ),
    }
    for level in question.levels:
        yield from _to_its_end(level, checks[level])


def _to_its_end(level: int, check: Callable[[], Iterable[Finding]]) -> Iterator[Finding]:
    """A level's findings. Results may hold anything: what no check foresaw is a finding about all numbers."""
    try:
        yield from check()
    except Exception as error:
        why = str(error) if isinstance(error, WidebandError) else f"{type(error).__name__}: {error}"
        yield Finding("INCOMPLETE", level, f"the level was not checked to its end: {why}", LEDGER)


def _named(results: Results, findings: Iterable[Finding]) -> Iterator[Finding]:
    """The findings with the stage that wrote the file, where they name none."""
    for finding in findings:
        output = results.owner(finding.file) if finding.file and not finding.stage else None
        yield replace(finding, stage=results.stage(output)) if output else finding


def _order(finding: Finding) -> tuple[int, str, str, str, str]:
    return finding.level, finding.code, finding.file or "", finding.number or "", finding.detail
