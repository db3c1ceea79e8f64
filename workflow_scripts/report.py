"""The study's site."""

from wideband.config.parameters import whole_study
from wideband.provenance.job import Job, run
from wideband.report import ReportParams, build_site


def main(job: Job) -> None:
    """Build the site out of number records, tables and the manifests behind them."""
    root = job.output.site.parent
    build_site(whole_study(job.params), root, job.output.site, ReportParams.from_params(job.params))


if __name__ == "__main__":
    run(main)
