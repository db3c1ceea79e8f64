"""The anchored head: a head of the ledger that was kept elsewhere, by hand or in a git tag."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

from ..provenance.ledger import GENESIS, NAME
from .finding import Finding
from .results import Results

HASH = re.compile(r"\b[0-9a-f]{64}\b")


def check(results: Results, anchor: str | None) -> Iterator[Finding]:
    """HEAD_MISMATCH when an anchored head is the hash of no line of the ledger: it was written anew."""
    hashes = {GENESIS, *(entry["hash"] for entry in results.entries)}
    for source, wanted in (("--anchor", anchor), *_tagged(results.project, results.study.name)):
        # A shorter one, as printed, names a hash by how it begins.
        if wanted and not any(each.startswith(wanted) for each in hashes):
            detail = f"{source}: the anchored head {wanted[:16]} is in no line of the ledger"
            yield Finding("HEAD_MISMATCH", 0, detail, NAME)


def _tagged(project: Path, study: str) -> list[tuple[str, str]]:
    """Every hash in the message of the annotated or signed tag `wideband/<study>`, if there is one."""
    tag = f"wideband/{study}"
    command = ["git", "-C", str(project), "for-each-ref", "--format=%(contents)", f"refs/tags/{tag}"]
    try:
        said = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return []
    return [(f"git tag {tag}", found) for found in HASH.findall(said.stdout)]
