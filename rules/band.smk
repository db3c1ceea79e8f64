# The pool's bands under one policy, and the arm's own training split.


rule band:
    input:
        spec=spec("band", "{arm}.{checkpoint}.{slice}"),
        verdicts=f"{R}/arms/{{arm}}/{{checkpoint}}/verdicts/{{slice}}.parquet",
    output:
        band=f"{R}/arms/{{arm}}/{{checkpoint}}/band/{{slice}}.parquet",
    log:
        f"{R}/logs/band/{{arm}}.{{checkpoint}}.{{slice}}.log",
    priority: 10
    group:
        "evaluate"
    conda:
        "../envs/pipeline.yaml"
    resources:
        **AFTER_SAMPLING,
    params:
        io=io,
    message:
        "band {wildcards.arm}.{wildcards.checkpoint}.{wildcards.slice}"
    shell:
        job("band")


if STUDY.splits():

    rule band_train:
        input:
            spec=spec("band_train", "{arm}"),
            pool=f"{R}/data/{POOL}.parquet",
            heldout=f"{R}/data/{HELDOUT}.parquet",
            # Measured on the very checkpoint that the stage starts from: no other can be named here, but where
            # somebody else measured it.
            band=lambda wildcards: BAND.format(
                arm=wildcards.arm, checkpoint=STUDY.bands()[wildcards.arm], slice=POOL
            ),
        output:
            problems=f"{R}/data/{{arm}}_band_train.parquet",
        log:
            f"{R}/logs/band_train/{{arm}}.log",
        priority: 10
        group:
            "evaluate"
        conda:
            "../envs/pipeline.yaml"
        resources:
            **AFTER_SAMPLING,
        params:
            io=io,
        message:
            "training split of {wildcards.arm}"
        shell:
            job("band_train")
