# Numbers and the site that shows them.


rule numbers:
    input:
        spec=spec("numbers"),
        passk=metric_tables("passk", EVALUATIONS + CURVE),
        diversity=metric_tables("diversity", EVALUATIONS),
        cost=metric_tables("cost", EVALUATIONS),
        rollouts=each(ROLLOUTS, EVALUATIONS),
        verdicts=each(VERDICTS, EVALUATIONS),
        pool=f"{R}/data/{POOL}.parquet",
        band=[f"{R}/arms/{arm}/{STUDY.stage_before(BAND_STAGE)}/band/{POOL}.parquet" for arm in TRAINED]
        if BAND_STAGE
        else [],
        training_log=expand(
            f"{R}/arms/{{arm}}/{{stage}}/training_log.parquet", arm=TRAINED, stage=list(STUDY.stages)
        ),
    output:
        numbers=f"{R}/numbers.jsonl",
    log:
        f"{R}/logs/numbers.log",
    params:
        io=io,
    shell:
        job("numbers")


rule report:
    input:
        spec=spec("report"),
        numbers=f"{R}/numbers.jsonl",
    output:
        site=directory(f"{R}/report"),
    log:
        f"{R}/logs/report.log",
    params:
        io=io,
    shell:
        job("report")
