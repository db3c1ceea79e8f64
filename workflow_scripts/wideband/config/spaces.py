"""Answer spaces and the ways to ask for one of their options, from files under config/spaces."""

import difflib
import json
import re
from pathlib import Path
from typing import Annotated
from unicodedata import normalize

from pydantic import Field, ValidationError

from ..spaces import AnswerSpace, SpaceError, answer_space
from .base import Strict
from .messages import readable
from .strict_yaml import YamlError, read_yaml

SPACES = Path("config/spaces")
PLACEHOLDER = "{kind}"
REQUESTS = (
    "Pick a random {kind}.",
    "Name any {kind}, chosen by chance.",
    "Give me one {kind} at random.",
    "Choose a {kind} as a fair draw would.",
)


KINDS = ("options", "integers", "distribution", "mixture", "counts")


class Distribution(Strict):
    """A distribution whose canonical values are the options, with its law."""

    family: str = Field(description="one of the families of spaces/families.py")
    parameters: dict[str, float] = Field(description="value of each parameter of the family")
    decimals: int = Field(2, ge=0, le=15, description="decimals of a value; integers have none")
    max_bins: int = Field(1001, ge=2, description="most values; of more, so many evenly spaced ones are kept")


class Part(Strict):
    """A distribution in a mixture."""

    weight: float = Field(gt=0, description="its share, relative to those of the other parts")
    family: str = Field(description="one of the families of spaces/families.py")
    parameters: dict[str, float] = Field(description="value of each parameter of the family")


class SpaceFile(Strict):
    """A file of config/spaces: an answer space by the file's name."""

    kind: str = Field(min_length=1, description="what an option is, as a prompt says it")
    options: list[str] = Field(default_factory=list, description="the valid answers")
    integers: tuple[int, int] | None = Field(None, description="first and last option, in place of `options`")
    distribution: Distribution | None = Field(
        None, description="distribution that gives options and law, in place of `options`"
    )
    mixture: list[Part] = Field(
        default_factory=list, description="several distributions that give them together, each with a weight"
    )
    decimals: int = Field(2, ge=0, le=15, description="decimals of a value of the mixture")
    max_bins: int = Field(1001, ge=2, description="most values of the mixture")
    counts: dict[str, Annotated[float, Field(ge=0)]] = Field(
        default_factory=dict,
        description="the valid answers, each with how often it was counted or with any other weight",
    )
    law: dict[str, float] | None = Field(None, description="target mass of each option; null: uniform")
    requests: list[str] = Field(
        list(REQUESTS), min_length=1, description="ways to ask, each with {kind} where the kind belongs"
    )

    def with_masses(self) -> tuple[list[str], dict[str, float] | None]:
        """The options as texts, and the mass of each; None where all are alike. Raises SpaceError."""
        if self.counts:
            total = sum(self.counts.values())
            if not total:
                raise SpaceError("all of them are 0; one at least must be above 0")
            return list(self.counts), {option: count / total for option, count in self.counts.items()}
        if self.integers:
            return [str(number) for number in range(self.integers[0], self.integers[1] + 1)], self.law
        if not (self.distribution or self.mixture):
            return self.options, self.law
        # scipy takes long to load, and few spaces need it.
        from ..spaces.discretised import mixed

        asked = self.distribution or self
        texts, masses = mixed(self.parts(), asked.decimals, asked.max_bins)
        return texts, dict(zip(texts, masses.tolist(), strict=True))

    def parts(self) -> list[tuple[float, str, dict[str, float]]]:
        """The distributions that give the options: weight, family and parameters of each."""
        if self.distribution:
            return [(1.0, self.distribution.family, self.distribution.parameters)]
        return [(part.weight, part.family, part.parameters) for part in self.mixture]


def read_space(name: str, root: Path = Path(".")) -> tuple[AnswerSpace, list[str]]:
    """The space of config/spaces/<name>.yaml under `root`, and its requests with the kind filled in.

    Raises SpaceError for a file that is absent or wrong, naming the file and the key.
    """
    path, file = _checked(name, root)
    for request in file.requests:
        if PLACEHOLDER not in request:
            raise SpaceError(
                f"{path}: requests: {request!r} has no {PLACEHOLDER}; put it where the kind belongs"
            )
    try:
        options, law = file.with_masses()
    except SpaceError as error:
        (kind,) = _kinds(file)
        raise SpaceError(f"{path}: {kind}: {error}") from None
    try:
        _check_written(options)
        space = answer_space(name, file.kind, options, law)
    except SpaceError as error:
        raise SpaceError(f"{path}: {error}") from None
    # str.format would trip over other braces.
    return space, [request.replace(PLACEHOLDER, file.kind) for request in file.requests]


def stated_law(name: str, root: Path = Path(".")) -> str | None:
    """What a problems table says of the law of a space over numbers; None where its options are a list.

    Raises SpaceError as `read_space` does for a file that cannot be read.
    """
    from ..spaces.distribution import text_of

    parts = _checked(name, root)[1].parts()
    return text_of(parts) if parts else None


def _kinds(file: SpaceFile) -> list[str]:
    return [kind for kind in KINDS if getattr(file, kind)]


def _checked(name: str, root: Path) -> tuple[Path, SpaceFile]:
    if not re.fullmatch(r"\w+", name):
        raise SpaceError(f"answer space {name!r}: a name consists of letters, digits and _; rename it")
    path = root / SPACES / f"{name}.yaml"
    if not path.is_file():
        known = sorted(file.stem for file in (root / SPACES).glob("*.yaml"))
        near = difflib.get_close_matches(name, known, 1)
        hint = f"did you mean '{near[0]}'?" if near else f"spaces here: {', '.join(known) or 'none'}"
        raise SpaceError(f"{path}: no such answer space; {hint}")
    file = _read(path)
    kinds = _kinds(file)
    if len(kinds) > 1:
        raise SpaceError(f"{path}: {' and '.join(kinds)}; keep one of them")
    if file.law and kinds and kinds[0] in ("distribution", "mixture", "counts"):
        raise SpaceError(f"{path}: {kinds[0]} and law; the masses come from {kinds[0]}, so remove law")
    if not file.mixture and {"decimals", "max_bins"} & file.model_fields_set:
        raise SpaceError(f"{path}: decimals and max_bins here are those of a mixture; remove them")
    return path, file


def _check_written(options: list[str]) -> None:
    """Raise SpaceError for options that are one text in two codings, as completions cannot be told apart."""
    known: dict[str, str] = {}
    for option in options:
        form = normalize("NFKC", option)
        first = known.setdefault(form, option)
        if first != option:
            raise SpaceError(
                f"options {first!a} and {option!a} are one text, {form!r}, after Unicode "
                "normalisation (NFKC); keep one"
            )


def _read(path: Path) -> SpaceFile:
    try:
        document = read_yaml(path)
    except YamlError as error:
        raise SpaceError(str(error)) from None
    if not isinstance(document, dict):
        raise SpaceError(f"{path}: an answer space is a mapping with `kind` and `options`")
    counts = document.get("counts")
    for option in counts if isinstance(counts, dict) else ():
        if not isinstance(option, str):
            raise SpaceError(f"{path}: counts: the option {option!r} is no text; write it in quotes")
    try:
        return SpaceFile.model_validate_json(json.dumps(document), strict=True)
    except ValidationError as error:
        raise SpaceError(f"{path}: {'; '.join(readable(error, document, SpaceFile))}") from None
