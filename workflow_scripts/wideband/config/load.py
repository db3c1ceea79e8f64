"""Reading a study file: strict YAML, the models, then everything that refers to something else."""

import difflib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from ..errors import StudyError
from ..plugin_registry import PluginError, use
from .checks import problems
from .checks_resources import unknown
from .messages import readable
from .policy import Arm
from .runs import by_run
from .strict_yaml import YamlError, read_yaml
from .study import Study

STUDIES = Path("config/studies")


def load_study(name_or_path: str | Path, root: str | Path = Path(".")) -> Study:
    """The study of this name (config/studies/<name>.yaml under `root`), or in this file, with an arm per run.

    `<name>@<base>` is its part on one base model, a study of its own. Prompts and DeepSpeed files are looked
    up under `root`. Raises StudyError listing all that is wrong.
    """
    text = str(name_or_path)
    name, at, base = (text, "", "") if _is_path(text) else text.partition("@")
    study = _whole(_locate(name, Path(root)), Path(root))
    return by_run(on_base(study, base) if at else study)


def _whole(path: Path, root: Path) -> Study:
    """The study in a file, checked."""
    document = _read(path)
    try:
        study = Study.model_validate_json(json.dumps(document), strict=True)
    except ValidationError as error:
        raise _error(path, readable(error, document)) from None
    try:
        use(study.plugins, Path(root))
    except PluginError as error:
        raise _error(path, [f"plugins: {error}"]) from None
    found = list(problems(study, Path(root)))
    if study.name != path.stem:
        found.insert(0, f"name: is '{study.name}' but the file is called {path.name}; make them equal")
    if found:
        raise _error(path, found)
    return study


def _is_path(text: str) -> bool:
    return "/" in text or text.endswith((".yaml", ".yml"))


def _locate(name_or_path: str | Path, root: Path) -> Path:
    text = str(name_or_path)
    path = Path(text) if _is_path(text) else root / STUDIES / f"{text}.yaml"
    if path.is_file():
        return path
    known = sorted(file.stem for file in (root / STUDIES).glob("*.yaml"))
    near = difflib.get_close_matches(path.stem, known, 1)
    hint = f"did you mean '{near[0]}'?" if near else f"studies here: {', '.join(known) or 'none'}"
    raise StudyError(f"{path}: no such study file; {hint}")


def _read(path: Path) -> dict[str, Any]:
    try:
        document = read_yaml(path)
    except YamlError as error:
        raise StudyError(str(error)) from None
    if not isinstance(document, dict):
        raise StudyError(f"{path}: a study is a mapping of keys, this file holds {type(document).__name__}")
    return document


def _error(path: Path, lines: Iterable[str]) -> StudyError:
    found = list(lines)
    if len(found) == 1:
        return StudyError(f"{path}: {found[0]}")
    return StudyError(f"{path}: {len(found)} errors\n" + "\n".join(f"  {line}" for line in found))


def on_base(study: Study, base: str) -> Study:
    """The study `<name>@<base>`: these arms and the pairs among them, with a results folder of their own.

    Raises StudyError with the nearest name for a base that no arm stands on.
    """
    bases = {arm: found.name for arm in study.arms if (found := study.base_of(arm))}
    if base not in bases.values():
        raise StudyError(unknown(f"{study.name}@{base}", "base", base, dict.fromkeys(bases.values())))
    arms = {
        arm: body if body.against is None or bases.get(body.against) == base else _without_pair(body)
        for arm, body in study.arms.items()
        if bases.get(arm) == base
    }
    pairs = study.compare and [pair for pair in study.compare if set(pair) <= set(arms)]
    return study.model_copy(update={"name": f"{study.name}@{base}", "arms": arms, "compare": pairs})


def _without_pair(arm: Arm) -> Arm:
    """An arm whose other of the pair is elsewhere."""
    return arm.model_copy(update={"against": None})
