"""L6, what the driver tells the site after it was built: the ledger's head, and where the time went."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ..provenance.ledger import entries, read_lines
from ..provenance.times import job_times, spent
from ..report.page_data import LEDGER, TIMES, read, said_of_times
from .finding import Finding


def check(root: Path) -> Iterator[Finding]:
    """TEXT_MISMATCH for a file that holds more than data, or tells something else than ledger and manifests.

    Both are written when a run is sealed: while the ledger has grown since then, times are not compared.
    """
    hashes = [entry["hash"] for entry in entries(read_lines(root)) if entry]
    contents = {place: _content(root / place) for place in (LEDGER, TIMES) if (root / place).is_file()}
    for place, content in contents.items():
        if isinstance(content, str):
            yield _mismatch(content, place)
    head = contents.get(LEDGER)
    if isinstance(head, dict) and head.get("head") not in hashes:
        yield _mismatch("tells a head that is in no line of the ledger", LEDGER)
    times = contents.get(TIMES)
    if isinstance(times, dict) and isinstance(head, dict) and hashes[-1:] == [head.get("head")]:
        due = _written(said_of_times(spent(job_times(root))))
        other = sorted(key for key in due if times.get(key) != due[key])
        if other or times.keys() - due.keys() != {"slurm"}:
            yield _mismatch(f"tells other {', '.join(other) or 'things'} than the manifests", TIMES)


def _written(content: dict[str, Any]) -> dict[str, Any]:
    """A JSON value as it is after having been written: tuples are lists."""
    return json.loads(json.dumps(content))


def _content(path: Path) -> Any:
    """What a file tells, or why it tells nothing, as a text."""
    try:
        found = read(path)
        return found if isinstance(found, dict) else "does not tell what it should"
    except (ValueError, OSError) as error:
        return f"is not the data that the site reads ({error}); run snakemake"


def _mismatch(detail: str, file: str) -> Finding:
    return Finding("TEXT_MISMATCH", 6, detail, file=file, stage="report")
