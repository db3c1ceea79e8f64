"""L2, imported results: every table holds what its file says, and the file is the one it was copied from."""

from collections.abc import Iterator

import pandas as pd

from ..config.import_file import Import
from ..importers import read_problems, read_tables
from ..numbers.inputs import table_name
from ..provenance.digests import file_digest
from ..tables import SCHEMAS
from ..workflow import layout
from ..workflow.jobs import PlannedJob
from .finding import Finding
from .results import Results
from .tables import difference


def check(results: Results) -> Iterator[Finding]:
    """ROOT_DATA_MISMATCH for tables that are not what their files give, and for exchanged files."""
    for job in results.planned:
        if job.rule == "sources":
            yield from _sources(results, job)
        elif job.rule in AGAIN:
            yield from _compared(results, job)


def _sources(results: Results, job: PlannedJob) -> Iterator[Finding]:
    for name, digest in job.spec.params["files"]:
        path = layout.SOURCE.format(path=name)
        kept = results.root / path
        if digest is not None and kept.is_file() and file_digest(kept) != digest:
            detail = f"is not the file {name} under {job.spec.params['root']}"
            yield Finding("ROOT_DATA_MISMATCH", 2, detail, path)


def _compared(results: Results, job: PlannedJob) -> Iterator[Finding]:
    try:
        again = AGAIN[job.rule](results, job)
    except (ValueError, OSError, KeyError, TypeError) as error:
        yield Finding("ROOT_DATA_MISMATCH", 2, f"cannot be imported again ({error})", job.outputs[0])
        return
    for path, table in zip(job.outputs, again, strict=True):
        stored, schema = results.frame(path), SCHEMAS[table_name(path)]
        if stored is None:
            continue
        found = difference(stored, table[list(schema.columns)], schema.key)
        if found:
            yield Finding("ROOT_DATA_MISMATCH", 2, f"differs from its source: {found}", path)


def _tables(results: Results, job: PlannedJob) -> list[pd.DataFrame]:
    params, root = job.spec.params, results.root / layout.SOURCE.format(path="")
    entry = Import.model_validate(params["entry"])
    made = read_tables(root, entry, params["scaffold"], params["rollouts_per_step"])
    return [made[name] for name in entry.tables()]


def _problems(results: Results, job: PlannedJob) -> list[pd.DataFrame]:
    entries = [Import.model_validate(entry) for entry in job.spec.params["files"]]
    root = results.root / layout.SOURCE.format(path="")
    return [read_problems(root, entries, job.wildcards["slice"])]


AGAIN = {"import_results": _tables, "import_slice": _problems}
