"""A published PEFT adapter that an arm starts from."""

from pathlib import Path

from wideband.config.policy import PublishedAdapter
from wideband.policy.published import fetch_adapter
from wideband.provenance.job import Job, run


def main(job: Job) -> None:
    """Fetch the adapter and check that it fits the base."""
    published = PublishedAdapter.model_validate(job.params)
    fetch_adapter(published, Path(job.input.model), Path(job.output.adapter))


if __name__ == "__main__":
    run(main)
