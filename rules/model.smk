# Base models and published ones, whether prompts fit their context, published adapters, and merged policies.

# Of published models that stand in a lineage: its base, by their name.
ROOTS = {
    STUDY.base_of(arm, at).name: f"{R}/{layout.model_of(STUDY, arm, 'base')}"
    for arm, body in STUDY.arms.items()
    for at, published in (body.checkpoints or {}).items()
    if published.kind == "model"
}


rule base:
    input:
        spec=spec("base", "{base}"),
        # The shape of a published model must be that of its lineage's base.
        lineage=lambda wildcards: ROOTS.get(wildcards.base, []),
    output:
        model=directory(f"{R}/models/{{base}}"),
    log:
        f"{R}/logs/base/{{base}}.log",
    wildcard_constraints:
        # The other models are merged.
        base="|".join(STUDY.bases()) or "none",
    conda:
        "../envs/pipeline.yaml"
    threads: STUDY.resources.base.cpus
    resources:
        **asks(STUDY.resources.base),
    params:
        io=io,
    message:
        "base model {wildcards.base}"
    shell:
        job("base")


rule lengths:
    input:
        spec=spec("lengths"),
        models=sorted(
            {f"{R}/models/{name}" for name, base in STUDY.bases().items() if base.kind != "endpoint"}
        ),
        problems=expand(f"{R}/data/{{slice}}.parquet", slice=prompted_slices(STUDY)),
    output:
        lengths=f"{R}/{layout.LENGTHS}",
    log:
        f"{R}/logs/lengths.log",
    conda:
        "../envs/pipeline.yaml"
    resources:
        **ANALYSIS,
    params:
        io=io,
    message:
        "lengths of prompts"
    shell:
        job("lengths")


rule start:
    input:
        spec=spec("start", "{arm}.{checkpoint}"),
        model=model_of,
    output:
        adapter=directory(f"{R}/{layout.ADAPTER}"),
    log:
        f"{R}/logs/start/{{arm}}.{{checkpoint}}.log",
    wildcard_constraints:
        # Other checkpoints of the same name, or of the same arm, are trained here.
        arm="|".join(f"{arm}(?=/{at}/)" for arm, at in STUDY.adapters()) or "none",
    conda:
        "../envs/pipeline.yaml"
    resources:
        **ANALYSIS,
    params:
        io=io,
    message:
        "published adapter of {wildcards.arm}.{wildcards.checkpoint}"
    shell:
        job("start")


rule merge:
    input:
        spec=spec("merge", "{arm}.{checkpoint}"),
        model=model_of,
        adapter=lambda wildcards: adapter_of(wildcards.arm, wildcards.checkpoint),
    output:
        model=directory(f"{R}/{layout.MERGED}"),
    log:
        f"{R}/logs/merge/{{arm}}.{{checkpoint}}.log",
    wildcard_constraints:
        arm="|".join(f"{arm}(?=-{at}$)" for arm, at in STUDY.merges()) or "none",
    priority: 10
    conda:
        "../envs/pipeline.yaml"
    threads: STUDY.resources.sampling.cpus
    resources:
        # As much memory as where the model is sampled.
        **SAMPLING,
    params:
        io=io,
    message:
        "merge {wildcards.arm}.{wildcards.checkpoint}"
    shell:
        job("merge")
