"""Which settings of two studies differ: of the study, of single jobs beyond it, and of what made them."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from pydantic import BaseModel

from ..config import Study
from ..provenance.code import changed_modules, kept_code
from ..workflow.layout import NUMBERS
from .finished import Finished

# They hold the whole study, and templates of the report.
WHOLE = frozenset({"number_records", "report"})
# Names of a study, said above its settings.
NAMES = frozenset({"name", "title"})


@dataclass(frozen=True)
class Setting:
    """A value that differs: its dotted key and both values as JSON; None where a study has no such key.

    `meaning`: what the key is, in the words of the documentation; empty where it is no key of a study file.
    """

    key: str
    first: str | None
    second: str | None
    meaning: str = ""


def studies(first: Finished, second: Finished) -> list[Setting]:
    """Settings of the studies, whole sections where only one study has them."""
    both = [finished.study.model_dump(mode="json", exclude=NAMES) for finished in (first, second)]
    return [
        replace(change, meaning=meaning(first.study, change.key) or meaning(second.study, change.key))
        for change in differing(*both)
    ]


def meaning(study: Study, key: str) -> str:
    """What a dotted key of a study file is, in the words of its model; empty where the study lacks it."""
    here: Any = study
    for part in key.split("."):
        if isinstance(here, BaseModel):
            field = type(here).model_fields.get(part)
            if field is None:
                return ""
            found, here = field.description or "", getattr(here, part)
        elif isinstance(here, Mapping) and part in here:
            here = here[part]
        else:
            return ""
    return found


def jobs(first: Finished, second: Finished, known: list[Setting]) -> list[Setting]:
    """What jobs of both studies were given otherwise beyond the study: templates, registered files.

    `known` are the differences of the studies, which explain a parameter of that name with those values.
    The same difference of several jobs is one, named by the rule, how many jobs, and the key.
    """
    explained = {(change.key.rpartition(".")[2], change.first, change.second) for change in known}
    found: dict[tuple[str, str, str | None, str | None], list[str]] = {}
    for label in (label for label in first.specs if label in second.specs):
        specs = first.specs[label], second.specs[label]
        for change in differing(*(spec["params"] for spec in specs)) if specs[0]["rule"] not in WHOLE else ():
            if (change.key.rpartition(".")[2], change.first, change.second) not in explained:
                whose = (specs[0]["rule"], change.key, change.first, change.second)
                found.setdefault(whose, []).append(label)
    return [
        Setting(f"{labels[0] if len(labels) == 1 else f'{rule} ({len(labels)} jobs)'}: {key}", one, other)
        for (rule, key, one, other), labels in found.items()
    ]


def makers(first: Finished, second: Finished) -> list[Setting]:
    """What made the results: commit, Python, packages, machine, and modules of the code, rule by rule."""
    both = [_made(finished) for finished in (first, second)]
    return [*differing(*both), *_code(first, second)]


def differing(first: Any, second: Any, key: str = "") -> Iterator[Setting]:
    """Every key at which two JSON values differ, in the order of the first."""
    if isinstance(first, Mapping) and isinstance(second, Mapping):
        for name in dict.fromkeys([*first, *second]):
            here = f"{key}.{name}" if key else str(name)
            if name in first and name in second:
                yield from differing(first[name], second[name], here)
            else:
                yield Setting(
                    here,
                    *(_json(settings[name]) if name in settings else None for settings in (first, second)),
                )
    elif first != second:
        yield Setting(key, _json(first), _json(second))


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _made(study: Finished) -> dict[str, Any]:
    manifest = study.manifests[NUMBERS]
    environment = manifest.get("environment") or {}
    git = manifest.get("git") or {}
    machine = manifest.get("machine") or {}
    return {
        "git commit": git.get("commit"),
        "changed checkout": git.get("dirty"),
        **{name: environment.get(name) for name in ("python", "platform", "packages")},
        **{name: machine.get(name) for name in ("host", "gpus")},
    }


def _code(first: Finished, second: Finished) -> Iterator[Setting]:
    """A row for each rule whose code differs; its modules where both studies kept a list of them."""
    codes = [{spec["rule"]: spec["code"] for spec in finished.specs.values()} for finished in (first, second)]
    for rule in (rule for rule in codes[0] if rule in codes[1] and codes[0][rule] != codes[1][rule]):
        kept = [
            kept_code(finished.place, code[rule])
            for finished, code in zip((first, second), codes, strict=True)
        ]
        names = [name for name, *_ in changed_modules(*kept)] if None not in kept else []
        which = f": {', '.join(names)}" if names else ""
        yield Setting(f"code of {rule}{which}", *(_json(code[rule][:12]) for code in codes))
