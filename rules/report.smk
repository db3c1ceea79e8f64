# Numbers and the site that shows them.


def tables_of_numbers(wildcards):
    """Every table that a number is made of."""
    from wideband.numbers import required_tables

    return [f"{R}/{path}" for path in required_tables(STUDY)]


def tables_of_site(wildcards):
    """Every file that the site shows something of."""
    from wideband.report import required_files

    return [f"{R}/{path}" for path in required_files(STUDY)]


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
