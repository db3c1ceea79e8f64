# Commands of wideband as rules: they answer about the results as they are, and run no other job.
ANSWERS = {
    "explain": "which jobs would run, and why",
    "rocrate": "RO-Crate of the results",
}


localrules:
    explain,
    rocrate,


for ANSWER, TITLE in ANSWERS.items():

    rule:
        name:
            ANSWER
        log:
            f"{R}/logs/{ANSWER}.log",
        conda:
            "../envs/pipeline.yaml"
        message:
            TITLE
        shell:
            command(ANSWER)
