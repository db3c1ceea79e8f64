"""What in a study refers to something else: each check yields `dotted.key: what, and the remedy`."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

from ..metrics.entailment_names import STAND_IN, STAND_INS
from ..scaffolds import SCAFFOLDS
from . import checks_endpoints, checks_imports, checks_names, checks_published, checks_slices
from .checks_arms import lineage_problems, pair_problems, seed_problems
from .checks_resources import hardware_problems, unknown
from .checks_stages import budget_problems, method_problems, retain_problems
from .embedders import FETCHED, PACKAGE, PACKAGED
from .methods import a_step
from .parameters import packages
from .policy import PRETRAINED_ON, Base
from .server_args import refused
from .study import Study
from .training import Grpo, Retain


def problems(study: Study, root: Path) -> Iterator[str]:
    """All inconsistencies of `study`; prompts and DeepSpeed files are looked up under `root`."""
    yield from checks_names.problems(study)
    astray = list(lineage_problems(study))
    yield from astray
    if astray:
        return  # The others ask for lineages.
    yield from checks_slices.problems(study, root)
    yield from budget_problems(study)
    for check in (_arms, _engine, _stages, _band, _benchmarks, _lengths, _batches, _measuring):
        yield from check(study)
    yield from pair_problems(study)
    yield from seed_problems(study)
    yield from checks_imports.problems(study)
    yield from method_problems(study)
    yield from retain_problems(study, root)
    yield from checks_endpoints.problems(study)
    yield from hardware_problems(study)
    yield from checks_published.problems(study, root)
    yield from _files(study, root)


def _arms(study: Study) -> Iterator[str]:
    if not study.arms:
        yield "arms: empty; a study needs at least one arm"
    bases = {study.base.name: study.pinned(study.base)} if study.base else {}
    for name, arm in study.arms.items():
        if arm.scaffold not in SCAFFOLDS:
            yield unknown(f"arms.{name}.scaffold", "scaffold", arm.scaffold, SCAFFOLDS)
        base = study.base_of(name)
        if base and bases.setdefault(base.name, base) != base:
            yield f"arms.{name}.base.name: '{base.name}' already names a different base; choose another"
        for stage, published in (arm.checkpoints or {}).items():
            if published.kind == "model" and f"{name}-{stage}" in bases:
                yield f"arms.{name}.checkpoints.{stage}: '{name}-{stage}' is the name of a base; rename it"
    for arm, at in study.merges():
        if (name := f"{arm}-{at}") in bases:
            yield f"base.name: '{name}' is the name of the merged policy of {arm} at {at}; choose another"
    for base in bases.values():
        if base.kind == "pretrain" and not _reads(study, base):
            yield (
                f"base: '{base.name}' is pretrained on solutions in {', '.join(PRETRAINED_ON)}, and none of "
                "its arms has such a scaffold; give one to an arm, or choose another base"
            )
        if base.kind == "package" and base.name not in packages():
            yield unknown("base.name", "model of a package", base.name, packages())


def _reads(study: Study, base: Base) -> bool:
    """Whether some arm on a base is asked in a scaffold that it can be pretrained on."""
    own = [arm for arm in study.arms if not study.imported(arm) and study.base_of(arm).name == base.name]
    return not own or any(study.arms[arm].scaffold in PRETRAINED_ON for arm in own)


def _engine(study: Study) -> Iterator[str]:
    if study.sampling.engine == "vllm" and not (study.sampling.server_python or study.sampling.url):
        yield (
            "sampling.engine: vllm needs server_python (the python of envs/serve) or url (a running server); "
            "set one of them"
        )
    if study.sampling.laws == "vllm" and study.sampling.engine != "vllm":
        yield "sampling.laws: vllm needs the server of sampling.engine vllm; set that too, or remove it"
    url = study.sampling.url
    if url is not None and not re.fullmatch(r"https?://[^\s/]+(/\S*)?", url):
        yield f"sampling.url: '{url}' is not an address; write it as http://host:port"
    yield from refused(study.sampling.server_args)
    if url and study.sampling.server_args:
        yield "sampling.server_args: the server at url runs already; give them where it is started"
    if url and study.merges():
        yield (
            "sampling.url: a running server has one model, and stages with `lora: new` make others; set "
            "server_python in place of url"
        )


def _stages(study: Study) -> Iterator[str]:
    if study.arms and not study.trained():
        return  # Stages of imported arms say how their authors trained; nothing runs them here.
    if study.lora.lm_head and study.stages:
        # TRL takes log-probabilities from the head's weight and refuses an adapter that it would not train.
        yield "lora.lm_head: training cannot adapt the output head; set it to false"
    without = [name for name, stage in study.stages.items() if stage.slice is None]
    for name in without[1:]:
        yield f"stages.{name}.slice: stage '{without[0]}' already trains on the band; name a slice"
    for name, stage in study.stages.items():
        if stage.slice is not None and stage.slice not in study.data.slices:
            yield unknown(f"stages.{name}.slice", "slice", stage.slice, study.data.slices)
        yield from _retained(f"stages.{name}.retain.slice", getattr(stage, "retain", None), study)
        if stage.hill_climb and not study.step_checkpoints(name):
            yield f"stages.{name}.hill_climb: no checkpoint inside the stage; set publish_every below steps"
        if stage.hill_climb and study.band.heldout.slice not in study.benchmarks:
            yield (
                f"stages.{name}.hill_climb: the held-out slice '{study.band.heldout.slice}' is no benchmark; "
                "add it under benchmarks"
            )


def _retained(key: str, retain: Retain | None, study: Study) -> Iterator[str]:
    """An anchor on prompts needs a slice that there is, of items that are asked, and no dropout."""
    if retain is None:
        return
    if study.lora.dropout:
        yield "lora.dropout: with `retain`, the KL would also measure the noise of dropout; set it to 0"
    if retain.slice not in study.data.slices:
        yield unknown(key, "slice", retain.slice, study.data.slices)
    elif "passage" in study.gives(retain.slice):
        yield f"{key}: '{retain.slice}' has passages, which ask nothing; name a slice of prompts"


def _band(study: Study) -> Iterator[str]:
    used = study.band_stage() or study.band.heldout.slice in study.benchmarks
    known = _slice_names(study)
    if (used or "band" in study.model_fields_set) and study.band.pool not in known:
        yield unknown("band.pool", "slice", study.band.pool, known)
    elif used and "gold" not in study.gives(study.band.pool):
        yield (
            f"band.pool: items of task '{study.task_of(study.band.pool)}' have no right answers and so no "
            "pass rate; name a slice of problems"
        )
    taken = [*study.data.slices, *(f"{arm}_band_train" for arm in study.arms)]
    if study.band.heldout.slice in taken:
        yield f"band.heldout.slice: '{study.band.heldout.slice}' is a slice already; choose another name"
    for name in study.data.slices:
        if name in taken[len(study.data.slices) :]:
            yield f"data.slices.{name}: this name is reserved for an arm's own training split; choose another"


def _slice_names(study: Study) -> list[str]:
    return [*study.data.slices, *(study.imports.slices() if study.imports else [])]


def _benchmarks(study: Study) -> Iterator[str]:
    known = [*_slice_names(study), *([study.band.heldout.slice] if study.has_pool() else [])]
    for name in study.benchmarks:
        if name not in known:
            yield unknown(f"benchmarks.{name}", "slice", name, known)
            continue
        if not study.benchmarks[name].n:
            yield from _only_exact(study, name)
        if study.benchmarks[name].seen:
            yield from _seen(study, name)


def _seen(study: Study, name: str) -> Iterator[str]:
    """A benchmark of trained items says so in its name, and with it in the name of every number."""
    trained, seen = study.trained_slices(), study.benchmarks[name].seen
    if seen not in trained:
        yield unknown(f"benchmarks.{name}.seen", "slice that a stage trains on", seen, trained)
    if not name.endswith("_seen"):
        yield (
            f"benchmarks.{name}.seen: the name of a number contains its benchmark; call the slice "
            f"{name}_seen, so that it shows that the items were trained on"
        )


def _only_exact(study: Study, name: str) -> Iterator[str]:
    """What a benchmark without rollouts cannot be: one of which nothing would be known."""
    asked = (arm for arm in study.arms if not study.imported(arm))
    for arm in [arm for arm in asked if not study.has("loglikelihoods", arm, "base", name)][:1]:
        yield (
            f"benchmarks.{name}.n: without rollouts nothing can be measured for arm '{arm}': exact "
            "probabilities need items that list their answers and a scaffold that answers directly; "
            "set n to 1 or more"
        )


def _lengths(study: Study) -> Iterator[str]:
    stages = study.stages.items()
    lengths = {f"stages.{name}": stage.max_tokens for name, stage in stages if isinstance(stage, Grpo)}
    sampled = {name: benchmark for name, benchmark in study.benchmarks.items() if study.samples(name)}
    lengths |= {f"benchmarks.{name}": benchmark.max_tokens for name, benchmark in sampled.items()}
    arms = {f"arms.{name}.sampling": arm.sampling.max_tokens for name, arm in study.arms.items()}
    lengths |= {key: length for key, length in arms.items() if length}
    if study.band.pool in study.data.slices:
        lengths["band"] = study.band.max_tokens
    bases = [base for arm in study.arms if (base := study.base_of(arm)) and not study.imported(arm)]
    if not bases:
        return
    shortest = min(bases, key=lambda base: base.context)
    for key, length in lengths.items():
        if length >= shortest.context:
            yield (
                f"{key}.max_tokens: {length} leaves no room for a prompt in the context of "
                f"{shortest.context} tokens of base '{shortest.name}'; lower it"
            )


def _measuring(study: Study) -> Iterator[str]:
    """Models that measure answers, of those that are known here."""
    asked, known = study.diversity.embedder, [*PACKAGED, *FETCHED]
    if asked.startswith(PACKAGE) and asked.removeprefix(PACKAGE) not in known:
        yield unknown("diversity.embedder", "model of a package", asked.removeprefix(PACKAGE), known)
    judge = study.entailment.model if study.entailment else ""
    if judge.startswith(STAND_IN) and judge.removeprefix(STAND_IN) not in STAND_INS:
        yield unknown("entailment.model", "stand-in", judge.removeprefix(STAND_IN), STAND_INS)


def _batches(study: Study) -> Iterator[str]:
    for name, stage in study.stages.items():
        rollouts, micro = a_step(stage), study.trainer.micro_batch
        if rollouts > micro and rollouts % micro:
            sampled = isinstance(stage, Grpo)
            total = f" x group_size {stage.group_size} = {rollouts} rollouts" if sampled else " prompts"
            yield (
                f"stages.{name}.groups: {stage.groups}{total} a step cannot "
                f"be cut into micro-batches of trainer.micro_batch {micro}; make it a divisor"
            )
        part = study.data.slices.get(stage.slice or "")
        if part and part.n is not None and stage.groups > part.n:
            yield (
                f"stages.{name}.groups: {stage.groups} prompts a step, but slice '{stage.slice}' has only "
                f"{part.n} problems; lower groups or raise data.slices.{stage.slice}.n"
            )


def _files(study: Study, root: Path) -> Iterator[str]:
    for name, arm in study.arms.items():
        if arm.prompt is None:
            continue
        yield from _text(f"arms.{name}.prompt", root / arm.prompt, lambda text: "{problem}" in text)
    if study.trainer.deepspeed is not None:
        path = Path(study.trainer.deepspeed)
        if not (root / path).is_file():
            yield f"trainer.deepspeed: no file {path}; files are under config/deepspeed"


def _text(key: str, path: Path, accepts: Callable[[str], bool]) -> Iterator[str]:
    if not path.is_file():
        yield f"{key}: no file {path}; prompts are under config/prompts"
    elif not accepts(path.read_text(encoding="utf-8")):
        yield f"{key}: {path} has no {{problem}}; put it where the problem's text belongs"
