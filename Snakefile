# Wideband: from problems to a report in which every number can be traced.
# `snakemake --cores all` runs the study named in config/config.yaml; `--config study=nano` another one.
from snakemake.utils import min_version

min_version("9.0")


configfile: "config/config.yaml"


include: "rules/common.smk"


if workflow.is_main_process:

    include: "rules/driver.smk"


include: "rules/resources.smk"
include: "rules/data.smk"
include: "rules/import.smk"
include: "rules/model.smk"
include: "rules/train.smk"
include: "rules/band.smk"
include: "rules/evaluate.smk"
include: "rules/metrics.smk"
include: "rules/report.smk"
include: "rules/answers.smk"


localrules:
    all,


rule all:
    default_target: True
    input:
        f"{R}/report",
        [f"{R}/data/{name}.parquet" for name in IMPORTED_SLICES],
        CHECKS,
    message:
        "all results are there"


# Only on a cluster do groups mean something, and only to the driver. Snakemake asks at the end of every job, also of a
# dry run, whether all of its group are ready: with the thousands of tables of a large study a quarter of its plan.
if not (workflow.is_main_process and site("slurm_partition")):
    for each in workflow.rules:
        each.group = None

if not workflow.is_main_process:

    include: "rules/in_job.smk"
