# The audit of what is there: rules without inputs, so that asking runs no other job.
# `snakemake audit --config study=nano audit_level=4`; also audit_number, audit_anchor, audit_paranoid=true.


localrules:
    audit,
    claims,


def asked(name, *options):
    """The command line of a question about the study, with those options that --config sets."""
    given = [f"--{option}={config[f'audit_{option}']}" for option in options if f"audit_{option}" in config]
    given += ["--paranoid"] if config.get("audit_paranoid") else []
    return f"{command(name)} {shlex.join(given)} 2>&1 | tee {{log}}"


rule audit:
    log:
        f"{R}/logs/audit.log",
    conda:
        "../envs/pipeline.yaml"
    message:
        "audit of every number"
    shell:
        asked("audit", "level", "number", "anchor")


rule claims:
    log:
        f"{R}/logs/claims.log",
    conda:
        "../envs/pipeline.yaml"
    message:
        "claims held against the results"
    shell:
        asked("claims")
