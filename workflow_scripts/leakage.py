"""No evaluation problem may stand in training data, whatever its id says."""

import json
from pathlib import Path

from wideband.data import leakage
from wideband.provenance.atomic import write_text
from wideband.provenance.job import Job, run
from wideband.tables import read_table


def main(job: Job) -> None:
    """Check every training slice, and the pool that training may draw from, against every benchmark."""
    train = {Path(path).stem: read_table(path, "problems") for path in job.input.train}
    evaluate = {Path(path).stem: read_table(path, "problems") for path in job.input.evaluate}
    seen = job.params.get("seen", {})
    # Held-out problems come from the pool, where there is one; what training may use is the rest.
    heldout = {uid for name, frame in evaluate.items() if name not in seen for uid in frame["uid"]}
    for path in job.input.pool:
        pool = read_table(path, "problems")
        train[job.params["pool"]] = pool[~pool["uid"].isin(heldout)]
    leakage.check(train | evaluate, list(train), list(evaluate), seen)
    sizes = {name: len(frame) for name, frame in (train | evaluate).items()}
    write_text(
        job.output.report,
        json.dumps({"overlap": 0, "problems": sizes, **({"seen": seen} if seen else {})}, indent=2) + "\n",
    )


if __name__ == "__main__":
    run(main)
