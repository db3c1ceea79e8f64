# Base models, whether prompts fit their context, and adapters that an arm starts from.


rule base:
    input:
        spec=spec("base", "{base}"),
    output:
        model=directory(f"{R}/models/{{base}}"),
    log:
        f"{R}/logs/base/{{base}}.log",
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
            {f"{R}/models/{STUDY.base_of(arm).name}" for arm in SAMPLED_ARMS if not STUDY.is_endpoint(arm)}
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
        spec=spec("start", "{arm}"),
        model=base_of,
    output:
        adapter=directory(f"{R}/arms/{{arm}}/base/adapter"),
    log:
        f"{R}/logs/start/{{arm}}.log",
    conda:
        "../envs/pipeline.yaml"
    resources:
        **ANALYSIS,
    params:
        io=io,
    message:
        "published adapter of {wildcards.arm}"
    shell:
        job("start")
