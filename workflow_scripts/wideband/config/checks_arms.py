"""What arms of a study say of one another: where each begins, which are compared, and their seeds."""

from collections.abc import Iterator

from .checks_resources import unknown
from .names import name_fault
from .runs import run_name, seeds_of_arm
from .study import Pair, Study


def lineage_problems(study: Study) -> Iterator[str]:
    """What is wrong with `stages`, `start` and `policy` of arms; nothing else may ask for lineages before."""
    found = [*_lineage_names(study), *_forms(study)]
    yield from found
    if not found:
        yield from _circles(study)


def _lineage_names(study: Study) -> Iterator[str]:
    for arm, body in study.arms.items():
        for stage in body.stages or ():
            if stage not in study.stages:
                yield unknown(f"arms.{arm}.stages", "stage", stage, study.stages)
        if body.policy is not None and body.policy not in study.arms:
            yield unknown(f"arms.{arm}.policy", "arm", body.policy, study.arms)
        if body.start is None:
            continue
        parent, dot, stage = body.start.partition(".")
        if not dot:
            yield f"arms.{arm}.start: '{body.start}' names no stage; write <arm>.<stage>"
        elif parent not in study.arms:
            yield unknown(f"arms.{arm}.start", "arm", parent, study.arms)
        elif stage == "base" and not study.imported(arm):
            yield f"arms.{arm}.start: an arm without a start begins at its base; remove it, or name a stage"
        elif stage not in study.stations()[1:] and not (study.imported(arm) and stage == "base"):
            yield unknown(f"arms.{arm}.start", "stage", stage, study.stations()[1:])


def _forms(study: Study) -> Iterator[str]:
    for arm, body in study.arms.items():
        key, chain = f"arms.{arm}", body.stages or []
        for stage in {stage for stage in chain if chain.count(stage) > 1}:
            yield f"{key}.stages: '{stage}' twice; name it once"
        if not body.train and body.stages:
            yield f"{key}.train: false, but stages are named; remove one of the two"
        if body.policy is not None:
            for other in ("stages", "checkpoints", "start", "start_from", "base"):
                if getattr(body, other) is not None:
                    yield f"{key}.{other}: arm '{body.policy}' gives the checkpoints; remove it"
        if body.start is not None:
            for other in ("start_from", "base"):
                if getattr(body, other) is not None:
                    yield f"{key}.{other}: the arm begins at '{body.start}'; remove one of the two"
        if body.checkpoints is not None:
            yield from _published(key, arm, study)


def _published(key: str, arm: str, study: Study) -> Iterator[str]:
    body = study.arms[arm]
    if not body.checkpoints:
        yield f"{key}.checkpoints: empty; name at least one, or remove it"
    if study.imported(arm):
        yield f"{key}.checkpoints: the arm's results are imported; remove it, or give the arm a prompt"
    if body.stages:
        yield f"{key}.stages: published checkpoints stand for them; start another arm from one to train it"
    if body.start_from:
        yield f"{key}.start_from: published checkpoints stand for all that was trained; remove it"
    for name in body.checkpoints or ():
        if name in study.stages:
            yield f"{key}.checkpoints.{name}: '{name}' is a stage of this study; give it another name"


def _circles(study: Study) -> Iterator[str]:
    circles: dict[frozenset[str], list[str]] = {}
    for arm in study.arms:
        path = _ancestors(study, arm)
        if path[-1] in path[:-1]:
            circle = path[path.index(path[-1]) :]
            circles.setdefault(frozenset(circle), circle)
    for circle in circles.values():
        told = " -> ".join(circle)
        yield f"arms.{circle[0]}: its chain of arms is a circle ({told}); let one begin at the base"
    if not circles:
        yield from _passed(study)


def _ancestors(study: Study, arm: str) -> list[str]:
    """The arm, the arm that it begins from, and so on, until the first or until one comes again."""
    path = [arm]
    while True:
        above = study.above(path[-1])
        if above is None:
            return path
        path.append(above)
        if above in path[:-1]:
            return path


def _passed(study: Study) -> Iterator[str]:
    """Starts that their arm's lineage passes; stages that come twice along a lineage."""
    for arm in sorted(study.arms, key=lambda name: len(_ancestors(study, name))):
        body = study.arms[arm]
        above = study.above(arm)
        if above and study.imported(above) and not study.imported(arm):
            yield f"arms.{arm}: arm '{above}' is imported and has no checkpoint; name another"
            return
        if above and study.imported(arm) and not study.imported(above):
            yield f"arms.{arm}: its results are imported, those of arm '{above}' are not; name another"
            return
        if body.start:
            parent, _, stage = body.start.partition(".")
            known = study.checkpoints(parent)
            known = known if study.imported(arm) else known[1:]
            if stage not in known:
                yield unknown(f"arms.{arm}.start", f"stage of arm '{parent}'", stage, known)
                return
        if body.checkpoints and study.trained_through(arm):
            yield (
                f"arms.{arm}.start: published checkpoints do not begin at what is trained here; name another "
                "published one, or remove it"
            )
        names = [stage for _, stage in study.lineage(arm)]
        for stage in {name for name in names if names.count(name) > 1}:
            yield f"arms.{arm}.stages: '{stage}' occurs twice in the arm's lineage; remove one of the two"


def pair_problems(study: Study) -> Iterator[str]:
    """What is wrong with `compare` and with `against` of arms."""
    seen: set[frozenset[str]] = set()
    for key, pair in _pairs(study):
        for arm in dict.fromkeys(pair):
            if arm not in study.arms:
                yield unknown(key, "arm", arm, study.arms)
        if pair[0] == pair[1]:
            yield f"{key}: '{pair[0]}' twice; name two different arms"
        elif frozenset(pair) in seen:
            yield f"{key}: '{pair[0]}' and '{pair[1]}' are a pair already; name each pair once"
        seen.add(frozenset(pair))


def _pairs(study: Study) -> Iterator[tuple[str, Pair]]:
    yield from (("compare", pair) for pair in study.compare or ())
    for arm, body in study.arms.items():
        if body.against is not None:
            yield f"arms.{arm}.against", (arm, body.against)


def seed_problems(study: Study) -> Iterator[str]:
    """What is wrong with `seeds` of the study and of its arms."""
    yield from _twice("seeds", study.seeds)
    first = next((arm for arm in study.arms if len(seeds_of_arm(study, arm)) > 1), None)
    for arm, body in study.arms.items():
        key, seeds = f"arms.{arm}.seeds", seeds_of_arm(study, arm)
        if body.run is not None:
            yield f"arms.{arm}.run: set by Wideband itself; name the seeds of an arm under seeds"
        if body.seeds is not None:
            yield from _twice(key, body.seeds)
            if not study.own_stages(arm):
                yield f"{key}: nothing is trained for this arm; remove it"
            elif seeds != body.seeds:
                yield f"{key}: the arm that it begins from has the seeds {seeds}; remove it"
        if len(seeds) > 1 and len(seeds) != (others := len(seeds_of_arm(study, first))):
            yield f"{key}: {len(seeds)} of them, but arm '{first}' has {others}; name as many, or one"
        yield from _run_names(study, arm, seeds)


def _twice(key: str, seeds: list[int]) -> Iterator[str]:
    for seed in dict.fromkeys(seed for seed in seeds if seeds.count(seed) > 1):
        yield f"{key}: {seed} twice; name each seed once"


def _run_names(study: Study, arm: str, seeds: list[int]) -> Iterator[str]:
    for name in (run_name(arm, seed) for seed in seeds):
        if name in study.arms:
            yield f"arms.{name}: this name is reserved for a run of arm '{arm}'; choose another"
        if fault := name_fault("arm", name):
            yield f"arms.{arm}: its run {fault}"
