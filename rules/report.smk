# Numbers and the site that shows them.


rule number_records:
    input:
        spec=spec("number_records"),
        tables=tables_of_numbers,
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
        tables=tables_of_site,
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
