"""Arms that are trained once per seed: as a study file says it, run by run, and pooled again.

Jobs know runs: `seeds: [1, 2]` makes of arm `panel` the arms `panel_s1` and `panel_s2`, which every rule
treats as any other. Numbers and report know arms: their tables are those of the runs.
"""

from ..provenance.digests import text_digest
from .policy import Arm, Run
from .study import Study


def seeds_of_arm(study: Study, arm: str) -> list[int]:
    """The seeds of an arm's runs, or of those whose checkpoints it asks; none for a single run."""
    above, own = study.above(arm), study.arms[arm].seeds
    inherited = seeds_of_arm(study, above) if above else []
    if inherited or not study.own_stages(arm):
        return inherited
    return study.seeds if own is None else own


def run_name(arm: str, seed: int) -> str:
    """The name of one run of an arm."""
    return f"{arm}_s{seed}"


def stage_seed(seed: int, run: Run | None) -> int:
    """The seed of a stage in a run; the stage's own where the arm is trained once."""
    return int(text_digest(f"{seed}/{run.seed}")[:8], 16) if run else seed


def by_run(study: Study) -> Study:
    """The study with an arm for each run; itself where every arm is trained once."""
    seeds = {arm: seeds_of_arm(study, arm) for arm in study.arms}
    if not any(seeds.values()):
        return study
    arms: dict[str, Arm] = {}
    for arm, body in study.arms.items():
        for seed in seeds[arm] or [None]:
            name = arm if seed is None else run_name(arm, seed)
            own = {} if seed is None else {"seeds": None, "run": Run(of=arm, seed=seed)}
            above = study.above(arm)
            if above and seeds[above]:
                own |= _begun(body, run_name(above, seed))
            arms[name] = body.model_copy(update={**own, "against": None})
    return study.model_copy(update={"arms": arms, "compare": study.pairs()})


def pooled(study: Study) -> Study:
    """The study with one arm for all of its runs, which `seeds` names; itself where every arm is one."""
    if not any(body.run for body in study.arms.values()):
        return study
    seeds: dict[str, list[int]] = {}
    for body in study.arms.values():
        if body.run:
            seeds.setdefault(body.run.of, []).append(body.run.seed)
    arms: dict[str, Arm] = {}
    for arm, body in study.arms.items():
        if body.run is None:
            arms[arm] = body
            continue
        above = study.arms.get(study.above(arm) or "")
        begun = _begun(body, above.run.of) if above and above.run else {}
        arms[body.run.of] = body.model_copy(update={"run": None, "seeds": seeds[body.run.of], **begun})
    return study.model_copy(update={"arms": arms})


def runs_of(study: Study, arm: str) -> list[str]:
    """The runs of an arm of a pooled study; the arm itself where it is trained once or not at all."""
    return [run_name(arm, seed) for seed in study.arms[arm].seeds or ()] or [arm]


def evaluated_runs(study: Study, arm: str, checkpoint: str) -> list[str]:
    """The runs of a pooled study's arm whose folders have the evaluations of a checkpoint.

    Of the base, which no seed changes, it is one.
    """
    runs = runs_of(study, study.evaluated_in(arm, checkpoint))
    return runs[:1] if checkpoint == "base" else runs


def _begun(body: Arm, above: str) -> dict[str, str]:
    """`policy` or `start` with another name of the arm above."""
    return {"policy": above} if body.policy else {"start": f"{above}.{body.start.partition('.')[2]}"}
