# The results described for others; without inputs, so that asking runs no other job.


localrules:
    rocrate,


rule rocrate:
    log:
        f"{R}/logs/rocrate.log",
    conda:
        "../envs/pipeline.yaml"
    message:
        "RO-Crate"
    shell:
        f"PYTHONPATH={shlex.quote(str(SCRIPTS))} {PYTHON} -m wideband.cli rocrate --study={STUDY.name}"
        " 2>&1 | tee {log}"
