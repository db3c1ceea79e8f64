"""The code that audits: stated in every audit, and compared with the code when results were sealed.

That code is in no job's fingerprint, and a later version of it may well audit earlier results: so another one
is noted, and a finding of a strict audit alone. An audit that was edited to keep silent says nothing of this:
trust your own checkout.
"""

import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from ..provenance.code import changed_modules, kept_code
from ..provenance.fingerprint import Fingerprint, left_out_code
from .finding import Finding
from .graph import LEDGER, NUMBERS
from .results import Results

SCRIPTS = Path(__file__).parents[2]
SHOWN = 5


def check(results: Results) -> Iterator[Finding]:
    """CODE_DRIFT in a strict audit by other code than was sealed with the numbers; in others a note."""
    present = left_out_code(SCRIPTS)
    results.notes.append(f"audited by code {present.digest[:12]}{_commit()}")
    manifest = results.manifests.get(NUMBERS)
    if manifest is None or manifest.get("code_around") == present.digest:
        return
    detail = (
        f"the audit runs other code than was there when the numbers were sealed: {_changes(results, present)}"
    )
    if results.strict:
        yield Finding("CODE_DRIFT", 1, detail, LEDGER)
    else:
        results.notes.append(detail)


def _changes(results: Results, present: Fingerprint) -> str:
    digest = str(results.manifests[NUMBERS].get("code_around"))
    sealed = kept_code(results.root, digest)
    if sealed is None:
        return "which one is not recorded" if digest == "None" else f"{digest[:12]}, of which no list is kept"
    names = [name for name, *_ in changed_modules(sealed, present)]
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return f"{', '.join(names[:SHOWN])}{more}"


@cache
def _commit() -> str:
    """The checkout that the code lies in, in words; empty outside of one."""
    try:
        commit = _git("rev-parse", "HEAD")
        return f", commit {commit[:12]}" + (
            " with changes" if _git("status", "--porcelain", "--", ".") else ""
        )
    except (OSError, subprocess.CalledProcessError):
        return ""


def _git(*arguments: str) -> str:
    command = ["git", "--no-optional-locks", "-C", str(SCRIPTS), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
