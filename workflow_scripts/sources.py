"""The files of an imported study, copied from where they lie or fetched from where they were published."""

from wideband.importers.sources import fetch
from wideband.provenance.job import Job, run


def main(job: Job) -> None:
    """Put every file under the results folder, so that what was imported stays beside what came of it."""
    origins = {}
    for (name, digest), path in zip(job.params["files"], job.output.files, strict=True):
        origins[name] = fetch(name, path, job.params["root"], job.params["release"], digest)
    job.note(licence=job.params["licence"], release=job.params["release"], origins=origins)


if __name__ == "__main__":
    run(main)
