# Problems: slices out of sources, the shared held-out split, golds and leakage checked before any sampling.


rule slice:
    input:
        spec=spec("slice", "{slice}"),
    output:
        problems=f"{R}/data/{{slice}}.parquet",
    log:
        f"{R}/logs/slice/{{slice}}.log",
    wildcard_constraints:
        slice="|".join(STUDY.data.slices),
    group:
        "problems"
    conda:
        "../envs/pipeline.yaml"
    resources:
        **ANALYSIS,
    params:
        io=io,
    message:
        "slice {wildcards.slice}"
    shell:
        job("slice")


if STUDY.has_pool() and HELDOUT not in IMPORTED_SLICES:

    rule heldout:
        input:
            spec=spec("heldout"),
            pool=f"{R}/data/{POOL}.parquet",
        output:
            problems=f"{R}/data/{HELDOUT}.parquet",
        log:
            f"{R}/logs/heldout.log",
        group:
            "problems"
        conda:
            "../envs/pipeline.yaml"
        resources:
            **ANALYSIS,
        params:
            io=io,
        message:
            "held-out split"
        shell:
            job("heldout")


rule golds:
    input:
        spec=spec("golds", "{slice}"),
        problems=f"{R}/data/{{slice}}.parquet",
    output:
        golds=f"{R}/data/{{slice}}.golds.json",
    log:
        f"{R}/logs/golds/{{slice}}.log",
    group:
        "problems"
    conda:
        "../envs/pipeline.yaml"
    resources:
        **ANALYSIS,
    params:
        io=io,
    message:
        "golds of {wildcards.slice}"
    shell:
        job("golds")


rule leakage:
    input:
        spec=spec("leakage"),
        pool=[f"{R}/data/{POOL}.parquet"] if STUDY.has_pool() else [],
        train=expand(f"{R}/data/{{slice}}.parquet", slice=parameters("leakage", STUDY, {})["train"]),
        evaluate=expand(f"{R}/data/{{slice}}.parquet", slice=parameters("leakage", STUDY, {})["evaluate"]),
    output:
        report=f"{R}/data/leakage.json",
    log:
        f"{R}/logs/leakage.log",
    group:
        "problems"
    conda:
        "../envs/pipeline.yaml"
    resources:
        **ANALYSIS,
    params:
        io=io,
    message:
        "leakage between training and evaluation"
    shell:
        job("leakage")
