# In a cluster's job. The plugin starts snakemake there, and would start another one as a job step for the rule or the
# group that this one is to run. Local rules run at once instead, one after the other and in the job's own batch step,
# which saves each job a second and more of processor time.
workflow.localrules(*(each.name for each in workflow.rules))
