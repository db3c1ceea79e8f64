"""One file of results that others measured, as tables."""

from wideband.config.import_file import Import
from wideband.importers import read_tables, source_root
from wideband.provenance.digests import file_digest
from wideband.provenance.job import Job, run
from wideband.tables import write_table


def main(job: Job) -> None:
    """Read the file and write its tables; their manifests say which bytes they come from."""
    params, entry = job.params, Import.model_validate(job.params["entry"])
    root = source_root(job.input.source[0], entry)
    tables = read_tables(root, entry, params["scaffold"], params["rollouts_per_step"])
    # By their places: what a job is told has its keys in order, so that checkpoints are in another one here.
    for name, place in entry.tables().items():
        (path,) = (path for path in job.output.tables if path.as_posix().endswith(f"/{place}"))
        kind = name.partition(".")[0]
        write_table(tables[name], path, "metrics" if kind in ("diversity", "imported") else kind)
    digests = {path: file_digest(root / path) for path in entry.sources()}
    job.note(
        source=digests, licence=params["licence"], rows={name: len(table) for name, table in tables.items()}
    )


if __name__ == "__main__":
    run(main)
