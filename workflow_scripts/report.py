"""The study's site."""

from wideband.config.parameters import whole_study
from wideband.numbers.claims import parse_claims
from wideband.provenance.job import Job, run
from wideband.report import build_site


def main(job: Job) -> None:
    """Build the site out of number records and tables."""
    root = job.output.site.parent
    claims = parse_claims(job.params.get("claims", []), f"config/claims/{job.study}.yaml")
    build_site(whole_study(job.params), root, job.output.site, claims)


if __name__ == "__main__":
    run(main)
