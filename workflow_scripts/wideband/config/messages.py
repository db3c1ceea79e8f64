"""What pydantic found, said in one line each: dotted key, what is wrong, what to do."""

import difflib
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from .methods import METHODS
from .study import Study
from .training import Stage


def readable(error: ValidationError, document: Any, model: type[BaseModel] = Study) -> list[str]:
    """One line per wrong key, in the order of the document's keys; `model` is what the document should be."""
    # What may be of several kinds has an error of each.
    found: dict[tuple[Any, ...], list[Any]] = {}
    for item in error.errors(include_url=False):
        found.setdefault(tuple(_keys(item["loc"], document, item["type"] == "missing")), []).append(item)
    return [_line(list(path), items, document, model) for path, items in found.items()]


def _line(path: list[Any], items: list[Any], document: Any, model: type[BaseModel]) -> str:
    kind, value = items[0]["type"], items[0].get("input")
    if kind == "extra_forbidden":
        return f"{_dotted(path)}: unknown key{_suggestion(path, document, model)}"
    if kind == "missing":
        return f"{_dotted(path)}: missing key; add it"
    if kind in ("union_tag_not_found", "union_tag_invalid"):
        tag = "method" if len(path) == 2 and path[0] == "stages" else "kind"
        found = f"is {value.get(tag)!r}" if isinstance(value, dict) and tag in value else "missing key"
        kinds = list(METHODS) if tag == "method" else ["pretrain", "package", "hub", "endpoint"]
        known = f"{', '.join(map(repr, kinds[:-1]))} or {kinds[-1]!r}"
        return f"{_dotted(path)}.{tag}: {found}; it must be {known}"
    messages = list(dict.fromkeys(item["msg"][0].lower() + item["msg"][1:] for item in items))
    others = [message.removeprefix("input should be ") for message in messages[1:]]
    return f"{_dotted(path)}: {' or '.join([messages[0], *others])}, but is {_short(value)}"


def _keys(loc: tuple[Any, ...], document: Any, missing: bool) -> list[Any]:
    """`loc` without the parts that pydantic adds for the members of a union; a missing key stays the last."""
    keys: list[Any] = []
    here = document
    for position, part in enumerate(loc):
        inside = (isinstance(here, dict) and part in here) or (
            isinstance(here, list) and isinstance(part, int)
        )
        if inside:
            here = here[part] if not isinstance(here, list) or part < len(here) else None
        elif not missing or position < len(loc) - 1:
            continue
        keys.append(part)
    return keys


def _dotted(keys: list[Any]) -> str:
    return ".".join(str(key) for key in keys) or "(whole file)"


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _suggestion(keys: list[Any], document: Any, model: type[BaseModel]) -> str:
    model = _model_at(keys[:-1], document, model)
    if model is None:
        return "; remove it"
    if issubclass(model, Stage):
        others = [method for method in METHODS.values() if keys[-1] in method.model_fields]
        if others:
            names = " and ".join(name for name, method in METHODS.items() if method in others)
            own = next(name for name, method in METHODS.items() if method is model)
            return f"; it is one of method {names}, and this stage trains by {own}: remove it"
    near = difflib.get_close_matches(str(keys[-1]), model.model_fields, 1)
    known = ", ".join(model.model_fields)
    return f"; did you mean '{near[0]}'?" if near else f"; known keys: {known}" if known else "; remove it"


def _model_at(keys: list[Any], document: Any, model: type[BaseModel]) -> type[BaseModel] | None:
    """The model that describes the mapping found at `keys`."""
    annotation: Any = model
    for key in keys:
        document = document[key]
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            annotation = _member(annotation.model_fields[key].annotation, document)
        else:
            annotation = _member(get_args(annotation)[-1], document)
    return annotation if isinstance(annotation, type) and issubclass(annotation, BaseModel) else None


def _member(annotation: Any, document: Any) -> Any:
    """`annotation` with Annotated and optional taken off; of a tagged union the member that is meant."""
    if get_origin(annotation) is Annotated:
        return _member(get_args(annotation)[0], document)
    if get_origin(annotation) not in (Union, UnionType):
        return annotation
    members = [_member(part, document) for part in get_args(annotation) if part is not type(None)]
    for member in members:
        kind = getattr(member, "model_fields", {}).get("kind")
        if kind is not None and isinstance(document, dict) and document.get("kind") == kind.default:
            return member
        if isinstance(document, dict) and METHODS.get(str(document.get("method", "grpo"))) is member:
            return member
    return members[0]
