"""A model as it is named on the command line, as an arm of a study."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ..config.checks_endpoints import ADDRESS, VARIABLE
from ..config.parameters import packages
from ..errors import WidebandError

HUB = re.compile(r"(?P<repo>[\w.-]+/[\w.-]+)(@(?P<revision>[0-9a-f]{40}))?")
SERVED = re.compile(r"[\w.:/@+-]+")
# The one address that this key belongs to.
OPENAI, KEY = "https://api.openai.com", "OPENAI_API_KEY"
LONGEST = 40


class ModelError(WidebandError):
    """A model that is not there, or that is named in no known way."""


@dataclass(frozen=True)
class Model:
    """What an arm of a study is made of.

    Attributes:
        name: of the arm, and of its base model's folder unless the base is a package.
        base: the study's `base`.
        adapter: what the arm starts from; None: the base as it is.
    """

    name: str
    base: dict[str, Any]
    adapter: str | None = None


def model_of(given: str, key_variable: str | None = None) -> Model:
    """The model of a folder (of weights or of a PEFT adapter), `package:NAME`, `owner/name[@commit]`, or
    `https://host/v1#model`. The revision of a hub id without a commit is None: see `pinned`.

    `key_variable`: the environment variable with the key of an endpoint; None: OpenAI's for OpenAI, none for
    others. Raises ModelError.
    """
    if given.startswith("package:"):
        return _packaged(given.removeprefix("package:"))
    if Path(given).is_dir():
        return _folder(Path(given))
    if matched := HUB.fullmatch(given):
        name = _name(matched["repo"].rpartition("/")[2])
        base = {"kind": "hub", "name": name, "repo": matched["repo"], "revision": matched["revision"]}
        return Model(name, base)
    # Whatever may be meant as an address may hold a key: it is not shown unless it is a plain one.
    if re.search(r"[:#?@]", given):
        return _endpoint(given, key_variable)
    raise ModelError(
        f"{given}: no such folder and no model; name a folder, package:NAME, a hub id as owner/name, or an "
        "endpoint as https://host/v1#model"
    )


def pinned(model: Model, commits: Mapping[str, str]) -> Model:
    """The model, at a commit: of `commits` by repository, else the hub's present one. Raises ModelError."""
    if model.base.get("revision", "") is not None:
        return model
    repo = model.base["repo"]
    return replace(model, base=model.base | {"revision": commits.get(repo) or _commit(repo)})


def named(models: Sequence[Model]) -> list[Model]:
    """The models, each with a name of its own. Raises ModelError for one that is there twice."""
    found: list[Model] = []
    for each in models:
        if any(replace(each, name="", base=_unnamed(each)) == other for other in map(_bare, found)):
            raise ModelError(f"{each.name}: the same model twice; name it once")
        taken, name, number = {other.name for other in found}, each.name, 2
        while name in taken:
            name, number = f"{each.name}_{number}", number + 1
        base = each.base if each.base["kind"] == "package" else each.base | {"name": name}
        found.append(Model(name, base, each.adapter))
    return found


def _bare(model: Model) -> Model:
    return replace(model, name="", base=_unnamed(model))


def _unnamed(model: Model) -> dict[str, Any]:
    return {key: value for key, value in model.base.items() if key != "name"} | (
        {"package": model.base["name"]} if model.base["kind"] == "package" else {}
    )


def _packaged(name: str) -> Model:
    if name not in packages():
        raise ModelError(f"package:{name}: no such model; there are {', '.join(packages())}")
    return Model(_name(name), {"kind": "package", "name": name})


def _endpoint(given: str, key_variable: str | None) -> Model:
    url, _, model = given.partition("#")
    if not ADDRESS.fullmatch(url) or (model and not SERVED.fullmatch(model)):
        raise ModelError(
            "a model is no folder and no plain address (it is not shown, since it may hold a key); write an "
            "endpoint as https://host/v1#MODEL, without key or question, a hub id as owner/name@<40 digits>"
        )
    if not model:
        raise ModelError(f"{url}: which model there? Write {url}#MODEL")
    if key_variable is not None and not VARIABLE.fullmatch(key_variable):
        raise ModelError(
            "--key-variable: is no name of an environment variable; put the key there, name it here"
        )
    key = key_variable or (KEY if url == OPENAI or url.startswith(f"{OPENAI}/") else None)
    name = _name(model.rpartition("/")[2])
    return Model(name, {"kind": "endpoint", "name": name, "url": url, "model": model, "key_variable": key})


def _folder(folder: Path) -> Model:
    name = _name(folder.resolve().name)
    if (folder / "adapter_config.json").is_file():
        return _adapter(folder, name)
    config = _json(folder / "config.json", "save_pretrained writes it")
    context = config.get("max_position_embeddings")
    told = {"context": context} if isinstance(context, int) else {}
    dtype = config.get("dtype") or config.get("torch_dtype")
    told |= {"dtype": "float32"} if dtype == "float32" else {}
    return Model(name, {"kind": "hub", "name": name, "repo": _place(folder), **told})


def _adapter(folder: Path, name: str) -> Model:
    base = _json(folder / "adapter_config.json", "PEFT writes it").get("base_model_name_or_path")
    if not isinstance(base, str) or not base:
        raise ModelError(f"{folder}/adapter_config.json: names no base (base_model_name_or_path); add it")
    if not (folder / "adapter_model.safetensors").is_file():
        raise ModelError(f"{folder}: has no adapter_model.safetensors; save the adapter as safetensors")
    beneath = model_of(base if not base.startswith(".") else str(folder / base))
    if beneath.adapter:
        raise ModelError(f"{folder}: its base {base} is an adapter itself; merge it into its own base first")
    given = beneath.base if beneath.base["kind"] == "package" else beneath.base | {"name": name}
    return Model(name, given, _place(folder))


def _place(folder: Path) -> str:
    """As it was given, but so that nobody takes it for a hub id."""
    text = str(folder)
    return text if text.startswith(("/", "..")) else f"./{text}"


def _json(file: Path, remedy: str) -> dict[str, Any]:
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
        if isinstance(content, dict):
            return content
    except FileNotFoundError:
        raise ModelError(f"{file}: no such file, so this is no model's folder; {remedy}") from None
    except (OSError, ValueError) as error:
        raise ModelError(f"{file}: cannot be read ({error}); {remedy}") from None
    raise ModelError(f"{file}: holds no mapping; {remedy}")


def _commit(repo: str) -> str:
    """The present commit of a hub repository, so that the model cannot change under the study."""
    from huggingface_hub import HfApi

    try:
        found = HfApi().model_info(repo, timeout=20).sha
    except Exception as error:
        said = " ".join(str(error).split())[:160]
        raise ModelError(
            f"{repo}: neither a folder nor to be had from the hub ({said}); without a network "
            f"name its commit as {repo}@<40 digits>"
        ) from None
    return str(found)


def _name(text: str) -> str:
    plain = re.sub(r"[^a-z0-9]+", "_", text.casefold()).strip("_")[:LONGEST]
    return plain if plain and plain[0].isalpha() else f"model_{plain}".strip("_")
