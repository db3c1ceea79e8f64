"""The grader must accept every gold answer as its own, before anything is sampled."""

import json

from wideband.config.evaluation import Grading
from wideband.grading.golds import check_golds, require_accepted
from wideband.provenance.atomic import write_text
from wideband.provenance.job import Job, run
from wideband.tables import read_table


def main(job: Job) -> None:
    """Check a slice's golds; fail naming the uids that are refused."""
    checked = check_golds(
        read_table(job.input.problems, "problems"), Grading.model_validate(job.params["grading"])
    )
    require_accepted(checked)
    counts = checked["status"].value_counts().to_dict()
    string_only = checked.loc[checked["status"] == "string_only", "uid"].tolist()
    report = {"golds": len(checked), "statuses": counts, "string_only": string_only}
    write_text(job.output.golds, json.dumps(report, indent=2, sort_keys=True) + "\n")


if __name__ == "__main__":
    run(main)
