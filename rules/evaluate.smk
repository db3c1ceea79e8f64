# Sampling, grading, exact laws and embedding. A new grader re-grades stored rollouts and samples nothing.
# Training waits for the pool. Of the rest grading comes last: its short jobs fill the cores beside the last long one.


rule sample:
    input:
        spec=spec("sample", "{arm}.{checkpoint}.{slice}"),
        model=model_of,
        adapter=lambda wildcards: adapter_of(wildcards.arm, wildcards.checkpoint),
        problems=f"{R}/data/{{slice}}.parquet",
        lengths=gate("sample", "{arm}.{checkpoint}.{slice}", f"{R}/{layout.LENGTHS}"),
        golds=gate("sample", "{arm}.{checkpoint}.{slice}", f"{R}/data/{{slice}}.golds.json"),
    output:
        rollouts=f"{R}/arms/{{arm}}/{{checkpoint}}/rollouts/{{slice}}.parquet",
    log:
        f"{R}/logs/sample/{{arm}}.{{checkpoint}}.{{slice}}.log",
    wildcard_constraints:
        arm="|".join(SAMPLED_ARMS) or "none",
    priority: lambda wildcards: 10 if wildcards.slice == POOL else 6
    group:
        "evaluate"
    conda:
        "../envs/pipeline.yaml"
    threads: processes(STUDY.resources.sampling)
    resources:
        **SAMPLING,
    params:
        io=workers_io(STUDY.resources.sampling),
    message:
        "sample {wildcards.arm}.{wildcards.checkpoint}.{wildcards.slice}"
    shell:
        job("sample")


rule grade:
    input:
        spec=spec("grade", "{arm}.{checkpoint}.{slice}"),
        rollouts=f"{R}/arms/{{arm}}/{{checkpoint}}/rollouts/{{slice}}.parquet",
        problems=f"{R}/data/{{slice}}.parquet",
    output:
        verdicts=f"{R}/arms/{{arm}}/{{checkpoint}}/verdicts/{{slice}}.parquet",
    log:
        f"{R}/logs/grade/{{arm}}.{{checkpoint}}.{{slice}}.log",
    priority: lambda wildcards: 10 if wildcards.slice == POOL else 0
    group:
        "evaluate"
    conda:
        "../envs/pipeline.yaml"
    resources:
        **AFTER_SAMPLING,
    params:
        io=io,
    message:
        "grade {wildcards.arm}.{wildcards.checkpoint}.{wildcards.slice}"
    shell:
        job("grade")


rule loglikelihood:
    input:
        spec=spec("loglikelihood", "{arm}.{checkpoint}.{slice}"),
        model=model_of,
        adapter=lambda wildcards: adapter_of(wildcards.arm, wildcards.checkpoint),
        problems=f"{R}/data/{{slice}}.parquet",
        lengths=gate("loglikelihood", "{arm}.{checkpoint}.{slice}", f"{R}/{layout.LENGTHS}"),
    output:
        loglikelihoods=f"{R}/{layout.LOGLIKELIHOODS}",
        next_tokens=f"{R}/{layout.NEXT_TOKENS}",
    log:
        f"{R}/logs/loglikelihood/{{arm}}.{{checkpoint}}.{{slice}}.log",
    wildcard_constraints:
        arm="|".join(SAMPLED_ARMS) or "none",
    priority: 6
    group:
        "evaluate"
    conda:
        "../envs/pipeline.yaml"
    threads: STUDY.resources.sampling.cpus
    resources:
        **SAMPLING,
    params:
        io=io,
    message:
        "loglikelihood {wildcards.arm}.{wildcards.checkpoint}.{wildcards.slice}"
    shell:
        job("loglikelihood")


rule embed:
    input:
        spec=spec("embed", "{arm}.{checkpoint}"),
        rollouts=expand(
            f"{R}/arms/{{arm}}/{{checkpoint}}/rollouts/{{slice}}.parquet",
            slice=[name for name in STUDY.benchmarks if STUDY.samples(name)],
            allow_missing=True,
        ),
    output:
        embeddings=expand(
            f"{R}/arms/{{arm}}/{{checkpoint}}/embeddings/{{slice}}.parquet",
            slice=[name for name in STUDY.benchmarks if STUDY.samples(name)],
            allow_missing=True,
        ),
    log:
        f"{R}/logs/embed/{{arm}}.{{checkpoint}}.log",
    priority: 5
    group:
        "evaluate"
    conda:
        "../envs/pipeline.yaml"
    resources:
        **AFTER_SAMPLING,
    params:
        io=io,
    message:
        "embed {wildcards.arm}.{wildcards.checkpoint}"
    shell:
        job("embed")


if STUDY.entailment:

    rule entail:
        input:
            spec=spec("entail", "{arm}.{checkpoint}"),
            rollouts=expand(
                f"{R}/arms/{{arm}}/{{checkpoint}}/rollouts/{{slice}}.parquet",
                slice=[name for name in STUDY.benchmarks if STUDY.samples(name)],
                allow_missing=True,
            ),
        output:
            entailment=expand(
                f"{R}/arms/{{arm}}/{{checkpoint}}/entailment/{{slice}}.parquet",
                slice=[name for name in STUDY.benchmarks if STUDY.samples(name)],
                allow_missing=True,
            ),
        log:
            f"{R}/logs/entail/{{arm}}.{{checkpoint}}.log",
        wildcard_constraints:
            arm="|".join(SAMPLED_ARMS) or "none",
        priority: 5
        group:
            "evaluate"
        conda:
            "../envs/pipeline.yaml"
        resources:
            **AFTER_SAMPLING,
        params:
            io=io,
        message:
            "entail {wildcards.arm}.{wildcards.checkpoint}"
        shell:
            job("entail")


if CELLS.parted:

    rule novelty:
        input:
            spec=spec("novelty", "{arm}.{checkpoint}"),
            verdicts=expand(
                f"{R}/arms/{{arm}}/{{checkpoint}}/verdicts/{{slice}}.parquet",
                slice=[name for name in STUDY.benchmarks if "classes" in STUDY.gives(name)],
                allow_missing=True,
            ),
            problems=[
                f"{R}/data/{name}.parquet" for name in STUDY.benchmarks if "classes" in STUDY.gives(name)
            ],
        output:
            novelty=expand(
                f"{R}/arms/{{arm}}/{{checkpoint}}/novelty/{{slice}}.parquet",
                slice=[name for name in STUDY.benchmarks if "classes" in STUDY.gives(name)],
                allow_missing=True,
            ),
        log:
            f"{R}/logs/novelty/{{arm}}.{{checkpoint}}.log",
        wildcard_constraints:
            arm="|".join(SAMPLED_ARMS) or "none",
        priority: 5
        group:
            "evaluate"
        conda:
            "../envs/pipeline.yaml"
        resources:
            **AFTER_SAMPLING,
        params:
            io=io,
        message:
            "novelty {wildcards.arm}.{wildcards.checkpoint}"
        shell:
            job("novelty")


# Of an arm at a checkpoint on the prompts that have no right answer, beside the base's answers.
for ARM, AT in CELLS.compared:

    rule:
        name:
            f"judge_{ARM}_{AT}"
        input:
            spec=spec("judge", f"{ARM}.{AT}"),
            problems=[f"{R}/data/{name}.parquet" for name in CELLS.compared[ARM, AT]],
            rollouts=each(ROLLOUTS, [(ARM, AT, name) for name in CELLS.compared[ARM, AT]]),
            base=each(
                ROLLOUTS,
                [(STUDY.evaluated_in(ARM, "base"), "base", name) for name in CELLS.compared[ARM, AT]],
            ),
        output:
            judgements=each(f"{R}/{layout.JUDGEMENTS}", [(ARM, AT, name) for name in CELLS.compared[ARM, AT]]),
        log:
            f"{R}/logs/judge/{ARM}.{AT}.log",
        conda:
            "../envs/pipeline.yaml"
        resources:
            **ANALYSIS,
        params:
            io=judge_io,
        message:
            f"judge {ARM}.{AT}"
        shell:
            job("judge")


# Imported completions may be of some benchmarks only.
for ARM, AT in [policy for policy in CELLS.embedded if STUDY.imported(policy[0])]:

    rule:
        name:
            f"embed_{ARM}_{AT}"
        input:
            spec=spec("embed", f"{ARM}.{AT}"),
            rollouts=each(ROLLOUTS, [(ARM, AT, name) for name in CELLS.embedded[ARM, AT]]),
        output:
            embeddings=each(EMBEDDINGS, [(ARM, AT, name) for name in CELLS.embedded[ARM, AT]]),
        log:
            f"{R}/logs/embed/{ARM}.{AT}.log",
        conda:
            "../envs/pipeline.yaml"
        params:
            io=io,
        message:
            f"embed {ARM}.{AT}"
        shell:
            job("embed")


for ARM, AT in [policy for policy in CELLS.embedded if STUDY.entailment and STUDY.imported(policy[0])]:

    rule:
        name:
            f"entail_{ARM}_{AT}"
        input:
            spec=spec("entail", f"{ARM}.{AT}"),
            rollouts=each(ROLLOUTS, [(ARM, AT, name) for name in CELLS.embedded[ARM, AT]]),
        output:
            entailment=each(f"{R}/{layout.ENTAILMENT}", [(ARM, AT, name) for name in CELLS.embedded[ARM, AT]]),
        log:
            f"{R}/logs/entail/{ARM}.{AT}.log",
        conda:
            "../envs/pipeline.yaml"
        params:
            io=io,
        message:
            f"entail {ARM}.{AT}"
        shell:
            job("entail")
