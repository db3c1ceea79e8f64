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
COMMIT = re.compile(r"[0-9a-f]{40}")
ADAPTER = "adapter_config.json"
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
        adapter: the arm's `start_from`; None: the base as it is.
    """

    name: str
    base: dict[str, Any]
    adapter: dict[str, Any] | None = None


def model_of(text: str, key_variable: str | None = None) -> Model:
    """The model of a folder (of weights or of a PEFT adapter), `package:NAME`, `owner/name[@commit]`, or
    `https://host/v1#model`. The revision of a hub id without a commit is None: see `pinned`.

    `key_variable`: the environment variable with the key of an endpoint; None: OpenAI's for OpenAI, none for
    others. Raises ModelError.
    """
    if text.startswith("package:"):
        return _packaged(text.removeprefix("package:"))
    if Path(text).is_dir():
        return _folder(Path(text))
    if matched := HUB.fullmatch(text):
        name = _name(matched["repo"].rpartition("/")[2])
        base = {"kind": "hub", "name": name, "repo": matched["repo"], "revision": matched["revision"]}
        return Model(name, base)
    # Whatever may be meant as an address may hold a key: it is not shown unless it is a plain one.
    if re.search(r"[:#?@]", text):
        return _endpoint(text, key_variable)
    raise ModelError(
        f"{text}: no such folder and no model; name a folder, package:NAME, a hub id as owner/name, or an "
        "endpoint as https://host/v1#model"
    )


def pinned(model: Model, commits: Mapping[str, str]) -> Model:
    """The model, at a commit: of `commits` by repository, else the hub's present one.

    An adapter on the hub becomes one on its base. Raises ModelError.
    """
    # A folder has no revision.
    if "revision" not in model.base:
        return model
    repo = model.base["repo"]
    commit = model.base["revision"] or commits.get(repo) or _commit(repo)
    config = _on_hub(repo, commit, ADAPTER) if model.adapter is None else None
    if config is None:
        settings = _settings(_on_hub(repo, commit, "config.json") or {})
        return replace(model, base=model.base | {"revision": commit} | settings)
    beneath = _beneath(config, f"{repo}/{ADAPTER}")
    if beneath.base["kind"] == "hub":
        beneath = replace(beneath, base=beneath.base | {"name": model.name})
    adapter = {"repo": repo, "revision": commit}
    return pinned(replace(beneath, name=model.name, adapter=adapter), commits)


def named(models: Sequence[Model]) -> list[Model]:
    """The models, each with a name of its own, those on one base with that base's.

    Raises ModelError for one that is there twice.
    """
    found: list[Model] = []
    for model in models:
        if any(replace(model, name="", base=_unnamed(model)) == other for other in map(_bare, found)):
            raise ModelError(f"{model.name}: the same model twice; name it once")
        taken, name, number = {other.name for other in found}, model.name, 2
        while name in taken:
            name, number = f"{model.name}_{number}", number + 1
        base = model.base if model.base["kind"] == "package" else model.base | {"name": name}
        found.append(Model(name, base, model.adapter))
    return [replace(model, base=_shared(model, found)) for model in found]


def _shared(model: Model, models: Sequence[Model]) -> dict[str, Any]:
    """The model's base as the first of the models on it names it; best one that is the base itself."""
    same = [other for other in models if _unnamed(other) == _unnamed(model)]
    return min(same, key=lambda candidate: candidate.adapter is not None).base


def _bare(model: Model) -> Model:
    return replace(model, name="", base=_unnamed(model))


def _unnamed(model: Model) -> dict[str, Any]:
    """What the base is, however it is called and however its folder is written."""
    base = {key: value for key, value in model.base.items() if key != "name"}
    if base["kind"] == "package":
        return base | {"package": model.base["name"]}
    if base["kind"] == "hub" and "revision" not in base:
        return base | {"repo": str(Path(base["repo"]).resolve())}
    return base


def _packaged(name: str) -> Model:
    if name not in packages():
        raise ModelError(f"package:{name}: no such model; there are {', '.join(packages())}")
    return Model(_name(name), {"kind": "package", "name": name})


def _endpoint(text: str, key_variable: str | None) -> Model:
    url, _, model = text.partition("#")
    if not ADDRESS.fullmatch(url) or (model and not SERVED.fullmatch(model)):
        raise ModelError(
            "a model is neither a folder nor a plain address (not shown here, as it may hold a key); write "
            "an endpoint as https://host/v1#MODEL, without key or query, a hub id as owner/name@<40 digits>"
        )
    if not model:
        raise ModelError(f"{url}: which model there? Write {url}#MODEL")
    if key_variable is not None and not VARIABLE.fullmatch(key_variable):
        raise ModelError(
            "--key-variable: not the name of an environment variable; put the key into one and name it here"
        )
    key = key_variable or (KEY if url == OPENAI or url.startswith(f"{OPENAI}/") else None)
    name = _name(model.rpartition("/")[2])
    return Model(name, {"kind": "endpoint", "name": name, "url": url, "model": model, "key_variable": key})


def _folder(folder: Path) -> Model:
    name = _name(folder.resolve().name)
    if (folder / ADAPTER).is_file():
        return _adapter(folder, name)
    config = _json(folder / "config.json", "save_pretrained writes it")
    return Model(name, {"kind": "hub", "name": name, "repo": _place(folder), **_settings(config)})


def _settings(config: Mapping[str, Any]) -> dict[str, Any]:
    """What a model's config.json says of its context and of the dtype of its weights, as far as it does."""
    context, dtype = config.get("max_position_embeddings"), config.get("dtype") or config.get("torch_dtype")
    settings = {"context": context} if isinstance(context, int) else {}
    return settings | ({"dtype": "float32"} if dtype == "float32" else {})


def _adapter(folder: Path, name: str) -> Model:
    config = _json(folder / ADAPTER, "PEFT writes it")
    if not (folder / "adapter_model.safetensors").is_file():
        raise ModelError(f"{folder}: has no adapter_model.safetensors; save the adapter as safetensors")
    # As `wideband publish` lays it out.
    own_base = folder / "base"
    if not config.get("base_model_name_or_path") and (own_base / "config.json").is_file():
        config["base_model_name_or_path"] = str(own_base)
    beneath = _beneath(config, f"{folder}/{ADAPTER}", folder)
    base = beneath.base if beneath.base["kind"] == "package" else beneath.base | {"name": name}
    return Model(name, base, {"repo": _place(folder)})


def _beneath(config: Mapping[str, Any], file: str, folder: Path | None = None) -> Model:
    """The base that an adapter names in its config. Raises ModelError."""
    base, revision = config.get("base_model_name_or_path"), config.get("revision")
    if not isinstance(base, str) or not base:
        raise ModelError(f"{file}: names no base (base_model_name_or_path); add it")
    if folder and base.startswith("."):
        base = str(folder / base)
    if HUB.fullmatch(base) and not Path(base).is_dir() and COMMIT.fullmatch(str(revision)):
        base = f"{base}@{revision}"
    beneath = model_of(base)
    if beneath.adapter:
        raise ModelError(f"{file}: its base {base} is an adapter itself; merge it into its own base first")
    if beneath.base["kind"] == "endpoint":
        raise ModelError(
            f"{file}: its base is neither a folder nor a hub id; correct base_model_name_or_path"
        )
    return beneath


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
        raise ModelError(f"{file}: no such file, so this is not the folder of a model; {remedy}") from None
    except (OSError, ValueError) as error:
        raise ModelError(f"{file}: cannot be read ({error}); {remedy}") from None
    raise ModelError(f"{file}: holds no mapping; {remedy}")


def _on_hub(repo: str, commit: str, name: str) -> dict[str, Any] | None:
    """A JSON file of a repository on the hub; None where it has none, or cannot be seen."""
    from huggingface_hub import hf_hub_download

    try:
        file = hf_hub_download(repo, name, revision=commit)
    except Exception:
        # What a model lacks that is not there is said by the job that reads it.
        return None
    return _json(Path(file), "the repository is broken")


def _commit(repo: str) -> str:
    """The present commit of a hub repository, so that the model cannot change under the study."""
    from huggingface_hub import HfApi

    try:
        found = HfApi().model_info(repo, timeout=20).sha
    except Exception as error:
        message = " ".join(str(error).split())[:160]
        raise ModelError(
            f"{repo}: neither a folder nor available from the hub ({message}); without a network "
            f"name its commit as {repo}@<40 digits>"
        ) from None
    return str(found)


def _name(text: str) -> str:
    plain = re.sub(r"[^a-z0-9]+", "_", text.casefold()).strip("_")[:LONGEST]
    return plain if plain and plain[0].isalpha() else f"model_{plain}".strip("_")
