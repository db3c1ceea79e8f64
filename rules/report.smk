# Numbers and the site that shows them.


rule number_records:
    input:
        spec=spec("number_records"),
        passk=metric_tables("passk", EVALUATIONS + CURVE),
        diversity=metric_tables("diversity", EVALUATIONS),
        cost=metric_tables("cost", EVALUATIONS),
        rollouts=each(ROLLOUTS, EVALUATIONS),
        verdicts=each(VERDICTS, EVALUATIONS),
        pool=f"{R}/data/{POOL}.parquet",
        band=(
            [f"{R}/arms/{arm}/{STUDY.stage_before(BAND_STAGE)}/band/{POOL}.parquet" for arm in TRAINED]
            if BAND_STAGE
            else []
        ),
        training_log=expand(
            f"{R}/arms/{{arm}}/{{stage}}/training_log.parquet", arm=TRAINED, stage=list(STUDY.stages)
        ),
    output:
        numbers=f"{R}/numbers.jsonl",
    log:
        f"{R}/logs/number_records.log",
    group:
        "count"
    conda:
        "../envs/pipeline.yaml"
    resources:
        **ANALYSIS,
    params:
        io=io,
    message:
        "number records"
    shell:
        job("number_records")


rule report:
    input:
        spec=spec("report"),
        tables=[f"{R}/{path}" for path in required_files(STUDY)],
    output:
        site=directory(f"{R}/report"),
    log:
        f"{R}/logs/report.log",
    group:
        "count"
    conda:
        "../envs/pipeline.yaml"
    resources:
        **ANALYSIS,
    params:
        io=io,
    message:
        "report"
    shell:
        job("report")
