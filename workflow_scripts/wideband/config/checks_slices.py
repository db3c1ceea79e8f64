"""What slices say of their sources, of answer spaces and of one another."""

from collections.abc import Iterator
from math import factorial
from pathlib import Path

from ..spaces import AnswerSpace, SpaceError
from ..spaces.space import is_range
from .checks_resources import unknown
from .data import EXAMPLES, Slice
from .sources import BUILT, FILES_ONLY, GENERATED, SETTINGS, SPLITS, TASKS, own
from .spaces import read_space
from .study import Study

# What a slice says of its worked answers, which does not decide which problems it has.
WORKED = ("solutions", "teachers")
Read = tuple[AnswerSpace, list[str]]


def problems(study: Study, root: Path) -> Iterator[str]:
    """All inconsistencies of the slices of `study`; answer spaces are looked up under `root`."""
    here = {"generated": GENERATED, "hub": [name for name in TASKS if name not in FILES_ONLY]}
    known = [*here.get(study.data.origin, list(TASKS)), *own()]
    spaces, unread = _read_spaces(study, root)
    for name, part in study.data.slices.items():
        key = f"data.slices.{name}"
        if part.source not in known:
            yield unknown(f"{key}.source", f"source of origin {study.data.origin}", part.source, known)
        yield from _excluded(key, name, study, [source for source in known if source not in (*BUILT, *own())])
        yield from _without_use(key, part)
        yield from _solutions(key, part, study.data.origin)
        yield from _drawn_as(key, part, study)
        if part.file is not None and not (root / Path(part.file).expanduser()).is_file():
            yield f"{key}.file: no file {part.file}; name a CSV, JSON or Parquet file with a column text"
        if part.source == "choice":
            yield from _choice(key, part, spaces)
        if part.source == "distributions":
            yield from _distributions(key, part, study.data.seed)
        if part.kinds and part.source in SETTINGS["kinds"]:
            yield from _kinds(key, part)
    for fault, keys in unread.items():
        yield f"{', '.join(keys)}: {fault}"
    if study.data.origin == "local" and study.data.root is None:
        yield "data.root: missing key; origin local needs the folder of the benchmark files"


def _excluded(key: str, name: str, study: Study, sources: list[str]) -> Iterator[str]:
    slices = study.data.slices
    for other in slices[name].exclude:
        if other == name:
            yield f"{key}.exclude: a slice cannot exclude itself; remove '{name}'"
        elif other in slices and other in TASKS:
            yield f"{key}.exclude: '{other}' is a slice and a source; rename the slice"
        elif other not in slices and other not in sources:
            yield unknown(f"{key}.exclude", "slice or source", other, [*slices, *sources])


def _without_use(key: str, part: Slice) -> Iterator[str]:
    """Settings that the slice's source does not look at."""
    for setting, users in SETTINGS.items():
        is_set = getattr(part, setting) != Slice.model_fields[setting].get_default(call_default_factory=True)
        if is_set and part.source not in users and part.source in (*TASKS, *own()):
            yield f"{key}.{setting}: source {part.source} does not use it; remove it"
    splits = SPLITS.get(part.source, (part.split,))
    if part.split not in splits:
        yield f"{key}.split: source {part.source} has no {part.split}; set {' or '.join(splits)}"


def _distributions(key: str, part: Slice, seed: int) -> Iterator[str]:
    """A slice of requests for numbers: its families, and canonical values for every setting that is drawn."""
    if not part.families:
        yield f"{key}.families: missing key; source distributions needs the families to ask for"
    for name in sorted({name for name in part.families if part.families.count(name) > 1}):
        yield f"{key}.families: '{name}' twice; name it once"
    if isinstance(part.draws, dict):
        for name in part.draws:
            if name not in part.families:
                yield unknown(f"{key}.draws", "family of the slice", name, part.families)
        missing = [name for name in dict.fromkeys(part.families) if name not in part.draws]
        if missing:
            yield f"{key}.draws: none for {', '.join(missing)}; say how many of each family, or one number"
            return
    # scipy takes long to load, and few studies need it.
    from ..data.sources import distributions

    for family in dict.fromkeys(part.families):
        try:
            distributions.check(part, family, seed)
        except SpaceError as error:
            yield f"{key}.families: {error}"


def _kinds(key: str, part: Slice) -> Iterator[str]:
    """A slice of prompts: the kinds that it names."""
    # pandas takes long to load, and few slices need it.
    from ..data.sources import prompts

    for kind in part.kinds:
        if kind not in prompts.kinds():
            yield unknown(f"{key}.kinds", "kind of prompts", kind, prompts.kinds())
    for kind in sorted({kind for kind in part.kinds if part.kinds.count(kind) > 1}):
        yield f"{key}.kinds: '{kind}' twice; name it once"


def _solutions(key: str, part: Slice, origin: str) -> Iterator[str]:
    if part.solutions and part.source == "olympiad" and origin != "generated":
        yield f"{key}.solutions: the files of source olympiad have no solutions; remove it"
    if part.teachers > 1 and not part.solutions:
        yield f"{key}.teachers: no worked answers are asked for; set solutions, or remove it"
    elif part.teachers > 1 and origin != "generated":
        yield f"{key}.teachers: files do not say who wrote the answers; remove it"


def _drawn_as(key: str, part: Slice, study: Study) -> Iterator[str]:
    """A slice that has the problems of another: all that decides on them has to be the same."""
    if part.drawn_as is None:
        return
    other = study.data.slices.get(part.drawn_as)
    if other is None:
        yield unknown(f"{key}.drawn_as", "slice", part.drawn_as, list(study.data.slices))
    elif other.drawn_as is not None:
        yield f"{key}.drawn_as: '{part.drawn_as}' is drawn as '{other.drawn_as}'; name that one"
    else:
        decide = [setting for setting in Slice.model_fields if setting not in ("drawn_as", *WORKED)]
        differ = [setting for setting in decide if getattr(part, setting) != getattr(other, setting)]
        if differ:
            yield (
                f"{key}.drawn_as: {', '.join(differ)} is not as in '{part.drawn_as}', so the problems would "
                "differ; make it the same, or remove drawn_as"
            )


def _read_spaces(study: Study, root: Path) -> tuple[dict[str, Read], dict[str, list[str]]]:
    """The answer spaces by name; what is wrong with unreadable ones, and the keys that name these."""
    read: dict[str, Read] = {}
    faults: dict[str, str] = {}
    unread: dict[str, list[str]] = {}
    for key, space in _named_spaces(study):
        if space not in read and space not in faults:
            try:
                read[space] = read_space(space, root)
            except SpaceError as error:
                faults[space] = str(error)
        if space in faults:
            unread.setdefault(faults[space], []).append(key)
    return read, unread


def _named_spaces(study: Study) -> Iterator[tuple[str, str]]:
    """Keys of the study, and the answer spaces that each names."""
    for name, part in study.data.slices.items():
        if part.source == "choice":
            settings = {"spaces": part.spaces, "shot_spaces": part.shot_spaces if part.shots else []}
            for setting, spaces in settings.items():
                yield from ((f"data.slices.{name}.{setting}", space) for space in dict.fromkeys(spaces))


def _choice(key: str, part: Slice, known: dict[str, Read]) -> Iterator[str]:
    """A slice of requests for options: its spaces, their ways of asking and orders, and its examples."""
    if not part.spaces:
        yield f"{key}.spaces: missing key; source choice needs the answer spaces to ask for"
    for name in sorted({name for name in part.spaces if part.spaces.count(name) > 1}):
        yield f"{key}.spaces: '{name}' twice; name it once"
    if part.orders > 1 and not part.listed:
        yield f"{key}.orders: options that are not shown have no order; set listed: true, or remove it"
    if part.shot_spaces != list(EXAMPLES) and not part.shots:
        yield f"{key}.shot_spaces: no examples are asked for; set shots, or remove it"
    examples = [known[name] for name in dict.fromkeys(part.shot_spaces) if name in known]
    for name in dict.fromkeys(part.spaces):
        if name not in known:
            continue
        yield from _asked(key, part, name, known[name])
        if part.shots and len(examples) == len(set(part.shot_spaces)):
            yield from _examples(key, part, name, known[name], examples)


def _asked(key: str, part: Slice, name: str, read: Read) -> Iterator[str]:
    space, requests = read
    if part.paraphrases > len(requests):
        yield (
            f"{key}.paraphrases: {part.paraphrases}, but config/spaces/{name}.yaml has {len(requests)} "
            "ways of asking; lower it, or write more requests there"
        )
    options = len(space.options)
    if part.orders > 1 and is_range(space.options):
        yield f"{key}.orders: '{name}' is a range, which is not listed; give it a slice of its own"
    elif options < 20 and part.orders > factorial(options):
        yield (
            f"{key}.orders: {part.orders}, but the {options} options of '{name}' have {factorial(options)}; "
            "lower it"
        )


def _examples(key: str, part: Slice, name: str, read: Read, examples: list[Read]) -> Iterator[str]:
    """Examples come from spaces that share no option with the one that is asked for."""
    others = [space for space, _ in examples if not set(space.options) & set(read[0].options)]
    if part.shots > len(others):
        yield (
            f"{key}.shots: {part.shots}, but only {len(others)} of shot_spaces have no option in common with "
            f"'{name}'; lower it, or name more shot_spaces"
        )
