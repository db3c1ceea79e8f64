# Stages of reinforcement learning: each starts from the checkpoint before it.


# One rule per stage, because each publishes its own number of step checkpoints.
for STAGE in STUDY.stages if TRAINED else ():

    rule:
        name:
            f"train_{STAGE}"
        input:
            spec=spec("train", f"{{arm}}.{STAGE}"),
            model=lambda wildcards, stage=STAGE: f"{R}/{layout.model_of(STUDY, wildcards.arm, stage)}",
            adapter=lambda wildcards, stage=STAGE: carried_adapter(wildcards.arm, stage),
            problems=f"{R}/data/{training_slice(STAGE)}.parquet",
            retained=[f"{R}/data/{name}.parquet" for name in retained_slices(STAGE)],
            held_out=[f"{R}/data/{name}.parquet" for name in held_out_slices(STAGE)],
            leakage=gate("train", f"{{arm}}.{STAGE}", f"{R}/data/leakage.json"),
            lengths=gate("train", f"{{arm}}.{STAGE}", f"{R}/{layout.LENGTHS}"),
            golds=gate(
                "train", f"{{arm}}.{STAGE}", f"{R}/data/{STUDY.stages[STAGE].slice or POOL}.golds.json"
            ),
        output:
            adapter=directory(f"{R}/arms/{{arm}}/{STAGE}/adapter"),
            training_log=f"{R}/arms/{{arm}}/{STAGE}/training_log.parquet",
            eval_log=[f"{R}/arms/{{arm}}/{STAGE}/eval_log.parquet" for _ in held_out_slices(STAGE)],
            steps=[
                directory(f"{R}/arms/{{arm}}/{checkpoint}/adapter")
                for checkpoint in STUDY.step_checkpoints(STAGE)
            ],
        log:
            f"{R}/logs/train/{{arm}}.{STAGE}.log",
        wildcard_constraints:
            arm="|".join(arm for arm in TRAINED if STAGE in STUDY.own_stages(arm)) or "none",
        priority: 10
        conda:
            "../envs/pipeline.yaml"
        threads: STUDY.resources.of_stage(STAGE).cpus
        resources:
            **launched(STUDY.resources.of_stage(STAGE)),
        params:
            io=launch_io(STUDY.resources.of_stage(STAGE)),
        message:
            f"train {{wildcards.arm}}.{STAGE}"
        shell:
            job("launch")
