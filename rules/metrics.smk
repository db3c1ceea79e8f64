# Metrics by problem of every evaluation: these jobs only count.


rule passk:
    input:
        spec=spec("passk"),
        verdicts=each(VERDICTS, SOLVED + CURVE),
    output:
        tables=metric_tables("passk", SOLVED + CURVE),
    log:
        f"{R}/logs/passk.log",
    group:
        "count"
    conda:
        "../envs/pipeline.yaml"
    resources:
        **ANALYSIS,
    params:
        io=io,
    message:
        "pass@k of every evaluation"
    shell:
        job("passk")


rule diversity:
    input:
        spec=spec("diversity"),
        rollouts=each(ROLLOUTS, WRITTEN),
        verdicts=each(VERDICTS, WRITTEN),
        embeddings=each(EMBEDDINGS, WRITTEN),
    output:
        tables=metric_tables("diversity", WRITTEN),
    log:
        f"{R}/logs/diversity.log",
    group:
        "count"
    conda:
        "../envs/pipeline.yaml"
    threads: processes(STUDY.resources.analysis)
    resources:
        **ANALYSIS,
    params:
        io=io,
    message:
        "diversity of every evaluation"
    shell:
        job("diversity")


rule texts:
    input:
        spec=spec("texts"),
        rollouts=each(ROLLOUTS, TEXTS),
        verdicts=each(VERDICTS, TEXTS),
        embeddings=each(EMBEDDINGS, TEXTS),
        models=sorted(
            {f"{R}/models/{STUDY.base_of(arm).name}" for arm, _, _ in TEXTS if "own" in STUDY.tokens(arm)}
        ),
    output:
        tables=metric_tables("texts", TEXTS),
    log:
        f"{R}/logs/texts.log",
    group:
        "count"
    conda:
        "../envs/pipeline.yaml"
    threads: processes(STUDY.resources.analysis)
    resources:
        **ANALYSIS,
    params:
        io=io,
    message:
        "measures of texts of every evaluation"
    shell:
        job("texts")


rule entailment:
    input:
        spec=spec("entailment"),
        entailment=each(f"{R}/{layout.ENTAILMENT}", ENTAILED),
        rollouts=each(ROLLOUTS, ENTAILED),
        verdicts=each(VERDICTS, ENTAILED),
    output:
        tables=metric_tables("entailment", ENTAILED),
    log:
        f"{R}/logs/entailment.log",
    group:
        "count"
    conda:
        "../envs/pipeline.yaml"
    resources:
        **ANALYSIS,
    params:
        io=io,
    message:
        "entailment of every evaluation"
    shell:
        job("entailment")


rule cost:
    input:
        spec=spec("cost"),
        rollouts=each(ROLLOUTS, COSTED),
        verdicts=each(VERDICTS, COSTED),
    output:
        tables=metric_tables("cost", COSTED),
    log:
        f"{R}/logs/cost.log",
    group:
        "count"
    conda:
        "../envs/pipeline.yaml"
    resources:
        **ANALYSIS,
    params:
        io=io,
    message:
        "cost of every evaluation"
    shell:
        job("cost")


rule answers:
    input:
        spec=spec("answers"),
        problems=sorted({f"{R}/data/{cell.slice}.parquet" for cell in MEASURED}),
        loglikelihoods=each(f"{R}/{layout.LOGLIKELIHOODS}", CELLS.exact),
        next_tokens=each(f"{R}/{layout.NEXT_TOKENS}", CELLS.begun),
        verdicts=each(VERDICTS, CELLS.judged),
        rollouts=each(ROLLOUTS, CELLS.reread),
        novelty=each(f"{R}/{layout.NOVELTY}", CELLS.having("novelty")),
    output:
        tables=metric_tables("answers", MEASURED),
    log:
        f"{R}/logs/answers.log",
    group:
        "count"
    conda:
        "../envs/pipeline.yaml"
    resources:
        **ANALYSIS,
    params:
        io=io,
    message:
        "answers of every evaluation"
    shell:
        job("answers")
