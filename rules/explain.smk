# Which jobs would run, why, and what they would cost; runs none of them.


rule explain:
    log:
        f"{R}/logs/explain.log",
    conda:
        "../envs/pipeline.yaml"
    message:
        "which jobs would run, and why"
    shell:
        command("explain")
