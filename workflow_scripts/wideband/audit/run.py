"""An audit: the levels in order, then what they mean for every number."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from itertools import chain
from pathlib import Path

from ..config import Study
from ..errors import WidebandError
from ..numbers.plan import Request
from ..provenance.digests import path_digest
from ..provenance.ledger import GENESIS
from ..workflow.jobs import jobs
from . import (
    anchor,
    bytes,
    claims,
    embeddings,
    freshness,
    imports,
    laws,
    lineage,
    own_code,
    recompute,
    registered,
    regrade,
    replay,
    roots,
    samples,
    selection,
    site_data,
    text,
    training,
)
from .claims import Judged
from .finding import Finding
from .graph import LEDGER, touched
from .memo import Memo, place
from .report import Audit
from .results import Results

LEVELS = (0, 1, 2, 3, 4, 5, 6)
REPLAY, TEXT = 5, 6


@dataclass(frozen=True)
class Question:
    """What is asked of an audit.

    Attributes:
        levels: to be checked.
        paranoid: compute all again that an earlier audit of this user did.
        strict: what is otherwise noted is a finding: changed checkouts, other code of the audit.
        anchor: a head of the ledger known from elsewhere, in 64 hex digits.
        seed: of the choice of what is sampled again; None draws one.
        texts: READMEs and papers that hold a fragment of the study's numbers.
    """

    levels: tuple[int, ...] = LEVELS
    paranoid: bool = False
    anchor: str | None = None
    texts: tuple[Path, ...] = ()
    strict: bool = False
    seed: str | None = None

    @property
    def anew(self) -> bool:
        """Whether nothing remembered is used: what an anchor stands for is computed here and now."""
        return self.paranoid or self.anchor is not None


def audit(study: Study, project: Path, question: Question) -> Audit:
    """Audit the results of a study under `project`, the folder of the Snakefile.

    Raises ClaimError for a file of claims that cannot be read; whatever the results hold gives findings.
    """
    root = project / "results" / study.name
    memo = Memo(None if question.anew or anchor.tagged(project, study.name) else place(study.name))
    results = Results(root, project, study, jobs(study, project), cache(path_digest), question.strict)
    head = results.entries[-1]["hash"] if results.entries else GENESIS
    results.seed = question.seed or memo.drawn(head)
    asked = recompute.requests(results)
    findings = set(_named(results, _findings(results, asked, question, memo)))
    levels = tuple(level for level in question.levels if level not in results.skipped)
    judged: list[Judged] = []
    if TEXT in levels:
        judged = claims.check(results, asked, touched(results, asked, findings, levels), memo)
        findings |= {judgement.finding for judgement in judged if judgement.verdict != claims.VERIFIED}
    memo.save()
    codes = touched(results, asked, findings, levels)
    return Audit(
        study=study.name,
        head=head,
        levels=levels,
        findings=tuple(sorted(findings, key=_order)),
        codes=codes,
        ids=tuple(dict.fromkeys([*(request.id for request in asked), *codes])),
        notes=tuple(results.notes),
        claims=tuple(judged),
        sampled=tuple(results.sampled) if REPLAY in levels else (),
        seed=results.seed,
    )


def _findings(results: Results, asked: list[Request], question: Question, memo: Memo) -> Iterator[Finding]:
    checks: dict[int, Callable[[], Iterable[Finding]]] = {
        0: lambda: chain(
            anchor.check(results, question.anchor), bytes.check(results), registered.records(results)
        ),
        1: lambda: chain(own_code.check(results), freshness.check(results)),
        2: lambda: chain(lineage.check(results), roots.check(results, memo), imports.check(results)),
        3: lambda: chain(
            samples.check(results),
            selection.check(results),
            training.check(results),
            recompute.check(results, asked, memo),
        ),
        4: lambda: regrade.check(results, memo),
        REPLAY: lambda: chain(
            replay.check(results, memo), laws.check(results, memo), embeddings.check(results, memo)
        ),
        TEXT: lambda: chain(
            text.check_text(
                results.root,
                results.study,
                [*recompute.read_records(results.root)[0].values()],
                question.texts,
            ),
            site_data.check_told(results.root),
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
