# Commands of wideband as rules: they answer about the results as they are or fetch what is needed for them, and run
# no other job.
localrules:
    audit,
    claims,
    explain,
    prefetch,
    rocrate,


for ANSWER, TITLE in ANSWERS.items():

    rule:
        name:
            ANSWER
        log:
            f"{R}/logs/{ANSWER}.log",
        conda:
            "../envs/pipeline.yaml"
        # Not in `shell`, which is evaluated when the loop has ended and ANSWER is the last one.
        params:
            answer=ANSWER,
            options=lambda wildcards, answer=ANSWER: options(answer),
        message:
            TITLE
        shell:
            command()
