"""What an audit found: for machines audit.json, for the report's pages audit.html, for people a table."""

import json
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ..provenance.atomic import write_text
from ..report.page_data import write_audit
from . import chance
from .chance import Sampled
from .claims import Judged
from .finding import Finding

VERIFIED = "VERIFIED"
FAILED = "FAILED"
FOLDER = "audit"


@dataclass(frozen=True)
class Audit:
    """The outcome of an audit.

    Attributes:
        head: hash of the ledger's last line.
        levels: those that were checked.
        findings: sorted by level, code and file.
        codes: of every number that is not verified, by its id.
        ids: all numbers, in the order of the study.
        notes: what should be known and is no finding.
        claims: those about the study, with their verdicts.
        sampled: the tables of which L5 sampled rows again, chosen by `seed`.
    """

    study: str
    head: str
    levels: tuple[int, ...]
    findings: tuple[Finding, ...]
    codes: dict[str, set[str]]
    ids: tuple[str, ...]
    notes: tuple[str, ...]
    claims: tuple[Judged, ...] = ()
    sampled: tuple[Sampled, ...] = ()
    seed: str = ""

    @property
    def verdict(self) -> str:
        """VERIFIED without any finding, otherwise FAILED."""
        return FAILED if self.findings else VERIFIED

    def status(self, number: str) -> str:
        """VERIFIED, or the codes of a number."""
        return " ".join(sorted(self.codes.get(number, ()))) or VERIFIED

    def to_json(self) -> dict[str, Any]:
        """The content of audit.json."""
        level = max(self.levels, default=None)
        return {
            "study": self.study,
            "verdict": self.verdict,
            "head": self.head,
            "levels": list(self.levels),
            "findings": [_without_nothing(finding) for finding in self.findings],
            "numbers": [
                {
                    "id": identity,
                    "status": self.status(identity),
                    "level": None if identity in self.codes else level,
                }
                for identity in self.ids
            ],
            "notes": list(self.notes),
            "replay": chance.to_json(self.sampled, self.seed),
        }


def write(audit: Audit, root: Path) -> None:
    """Write audit.json, and the same as a script that pages opened from a disk can read."""
    text = json.dumps(audit.to_json(), indent=1, ensure_ascii=False)
    write_text(root / FOLDER / "audit.json", text + "\n")
    write_audit(root, audit.to_json())


def table(audit: Audit, number: str | None = None) -> str:
    """The findings and the numbers in short; of one number alone with `number`."""
    if number is not None:
        touching = [finding for finding in audit.findings if finding.number in (None, number)]
        shown = touching if number in audit.codes else []
        return "\n".join([*_rows(shown), f"{number}: {audit.status(number)}{_level(audit, number)}"])
    statuses = Counter(map(audit.status, audit.ids))
    lines = [f"{count:6d} numbers  {status}" for status, count in statuses.most_common()]
    levels = " ".join(f"L{level}" for level in audit.levels)
    last = f"{audit.study}: {audit.verdict}  {len(audit.findings)} findings  levels {levels}"
    notes = [*audit.notes, *([chance.words(audit.sampled, audit.seed)] if audit.sampled else ())]
    return "\n".join([*_rows(audit.findings), *notes, *lines, f"ledger head {audit.head}", last])


def _level(audit: Audit, number: str) -> str:
    return "" if number in audit.codes else f" at L{max(audit.levels, default=0)}"


def _rows(findings: tuple[Finding, ...] | list[Finding]) -> list[str]:
    """A line for each finding; those that say the same of several files share one."""
    alike: dict[tuple[int, str, str], list[Finding]] = {}
    for finding in findings:
        alike.setdefault((finding.level, finding.code, finding.detail), []).append(finding)
    shown = [(same[0], len(same) - 1) for same in alike.values()]
    rows = [
        (
            f"L{finding.level}",
            finding.code,
            _where(finding) + (f" and {more} more" if more else ""),
            finding.detail,
        )
        for finding, more in shown
    ]
    widths = [max((len(row[column]) for row in rows), default=0) for column in range(3)]
    return ["  ".join([*map(str.ljust, row[:3], widths), row[3]]) for row in rows]


def _where(finding: Finding) -> str:
    named = [finding.number, finding.file, f"({finding.stage})" if finding.stage else None]
    return " ".join(filter(None, named)) or "-"


def _without_nothing(finding: Finding) -> dict[str, Any]:
    return {key: value for key, value in asdict(finding).items() if value is not None}
