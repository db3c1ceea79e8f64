# Results that others measured: each file becomes the tables that sampling and grading would have written. From bands
# and metrics on, rules are the same as for any other study.
if STUDY.imports:

    rule sources:
        input:
            spec=spec("sources"),
        output:
            files=[f"{R}/sources/{path}" for path in STUDY.imports.sources()],
        log:
            f"{R}/logs/sources.log",
        conda:
            "../envs/pipeline.yaml"
        resources:
            **ANALYSIS,
        params:
            io=io,
        message:
            "files of the imported results"
        shell:
            job("sources")

    rule import_slice:
        input:
            spec=spec("import_slice", "{slice}"),
            source=lambda wildcards: [
                f"{R}/sources/{path}" for each in STUDY.imports.about(wildcards.slice) for path in each.paths
            ],
        output:
            problems=f"{R}/data/{{slice}}.parquet",
        log:
            f"{R}/logs/import_slice/{{slice}}.log",
        wildcard_constraints:
            slice="|".join(IMPORTED_SLICES) or "none",
        conda:
            "../envs/pipeline.yaml"
        resources:
            **ANALYSIS,
        params:
            io=io,
        message:
            "problems of {wildcards.slice}"
        shell:
            job("import_slice")

    # One rule per file, because each writes tables of its own.
    for RULE, FILE in STUDY.imports.rules().items():

        rule:
            name:
                RULE
            input:
                spec=spec("import_results", FILE.key),
                source=[f"{R}/sources/{path}" for path in FILE.sources()],
            output:
                tables=[f"{R}/{path}" for path in FILE.tables().values()],
            log:
                f"{R}/logs/import/{FILE.key}.log",
            conda:
                "../envs/pipeline.yaml"
            resources:
                **ANALYSIS,
            params:
                io=io,
            message:
                f"import {FILE.key}"
            shell:
                job("import_results")
