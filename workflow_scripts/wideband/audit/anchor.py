"""The anchored head: a head of the ledger that was kept elsewhere, by hand or in a git tag."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

from ..errors import WidebandError
from ..provenance.ledger import GENESIS, NAME
from .finding import Finding
from .results import Results

HASH = re.compile(r"\b[0-9a-f]{64}\b")


class AnchorError(WidebandError):
    """What is given as an anchor and is none."""


def named(project: Path, reference: str) -> str:
    """The head that `--anchor` gives: 64 hex digits, or the name of a tag whose message holds them.

    Raises AnchorError: a shorter text would be how some head begins by chance.
    """
    if reference == GENESIS:
        raise AnchorError(
            f"--anchor {GENESIS[:8]}…: the head of an empty ledger protects nothing; "
            "give that of a finished run"
        )
    if HASH.fullmatch(reference):
        return reference
    found = _in_tag(project, reference) if re.fullmatch(r"[\w][\w./@+-]*", reference) else []
    if len(found) == 1:
        return found[0]
    why = (
        f"the tag's message names {len(found)} heads" if found else "neither a head nor a tag that names one"
    )
    raise AnchorError(f"--anchor '{reference}': {why}; give all 64 hex digits of a head, or such a tag")


def check(results: Results, anchor: str | None) -> Iterator[Finding]:
    """HEAD_MISMATCH when an anchored head is the hash of no line of the ledger: it was written anew."""
    hashes = {entry["hash"] for entry in results.entries}
    for source, wanted in (("--anchor", anchor), *tagged(results.project, results.study.name)):
        if wanted is not None and wanted not in hashes:
            detail = f"{source}: the anchored head {wanted[:16]} is in no line of the ledger"
            yield Finding("HEAD_MISMATCH", 0, detail, NAME)


def tagged(project: Path, study: str) -> list[tuple[str, str]]:
    """Every head in the message of the annotated or signed tag `wideband/<study>`, if there is one."""
    tag = f"wideband/{study}"
    return [(f"git tag {tag}", found) for found in _in_tag(project, tag)]


def _in_tag(project: Path, tag: str) -> list[str]:
    command = ["git", "-C", str(project), "for-each-ref", "--format=%(contents)", f"refs/tags/{tag}"]
    try:
        shown = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return []
    return HASH.findall(shown.stdout)
