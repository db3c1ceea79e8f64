# Base models, and adapters that an arm starts from.


def base_of(wildcards):
    """The folder of the base model that an arm stands on."""
    return f"{R}/models/{STUDY.base_of(wildcards.arm).name}"


rule base:
    input:
        spec=spec("base", "{base}"),
    output:
        model=directory(f"{R}/models/{{base}}"),
    log:
        f"{R}/logs/base/{{base}}.log",
    threads: 2
    params:
        io=io,
    shell:
        job("base")


rule start:
    input:
        spec=spec("start", "{arm}"),
        model=base_of,
    output:
        adapter=directory(f"{R}/arms/{{arm}}/base/adapter"),
    log:
        f"{R}/logs/start/{{arm}}.log",
    params:
        io=io,
    shell:
        job("start")
