"""What a study says of published models and adapters: pinned, of the right kind, and fitting their base."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ..policy.adapter_file import AdapterError, check_fits, read_shapes, shape_fault
from .pinned import repository_fault
from .policy import Base, HubBase, MicroBase, Published
from .study import Study

COMMIT = re.compile(r"[0-9a-f]{40}")
PATH = (".", "/", "~")


def problems(study: Study, root: Path) -> Iterator[str]:
    """All inconsistencies; folders are looked up under `root`, what is on the hub when it is fetched."""
    yield from _revisions(study)
    bases = {"base": study.base} | {f"arms.{arm}.base": body.base for arm, body in study.arms.items()}
    for key, base in bases.items():
        if isinstance(base, HubBase) and not base.repo.startswith(PATH):
            yield from _place(f"{key}.repo", base, root, "a model")
    adapters = study.adapters()
    for (arm, at), published in adapters.items():
        key = f"arms.{arm}.start_from" if at == "base" else f"arms.{arm}.checkpoints.{at}"
        yield from _place(f"{key}.repo", published, root, "a PEFT adapter")
        if _folder(published, root):
            try:
                _check_adapter(root / published.repo, study.base_of(arm, at), root)
            except AdapterError as error:
                yield f"{key}.repo: {error}"
    models = {
        f"arms.{arm}.checkpoints.{at}": (published, study.base_of(arm))
        for arm, body in study.arms.items()
        for at, published in (body.checkpoints or {}).items()
        if published.kind == "model"
    }
    for key, (published, base) in models.items():
        yield from _model(key, published, base, root)
    if study.sampling.url and models:
        yield (
            f"sampling.url: a running server has one model, and {next(iter(models))} is another; set "
            "server_python in place of url"
        )


def _revisions(study: Study) -> Iterator[str]:
    """A branch or a tag can move, and then the study would read other content."""
    named: dict[str, Base | Published | None] = {"base": study.base}
    for arm, body in study.arms.items():
        named |= {f"arms.{arm}.base": body.base, f"arms.{arm}.start_from": body.start_from}
        named |= {
            f"arms.{arm}.checkpoints.{at}": published for at, published in (body.checkpoints or {}).items()
        }
    revisions = {
        f"{key}.revision": published.revision
        for key, published in named.items()
        if isinstance(published, HubBase | Published)
        and published.revision
        and not Path(published.repo).is_dir()
    }
    for key, revision in revisions.items():
        if not COMMIT.fullmatch(revision):
            yield f"{key}: {revision!r} is not a 40-digit commit; branches and tags move"


def _folder(published: HubBase | Published, root: Path) -> bool:
    return bool(published.repo) and (root / published.repo).is_dir()


def _place(key: str, published: HubBase | Published, root: Path, what: str) -> Iterator[str]:
    if _folder(published, root):
        return
    if published.repo.startswith(PATH):
        yield f"{key}: no folder {published.repo}; name the folder of {what} or a hub id"
    elif repository_fault(published.repo):
        yield (
            f"{key}: {published.repo!r} is no folder here and no id of a hub repository; write it as "
            "owner/name"
        )


def _model(key: str, published: Published, base: Base | None, root: Path) -> Iterator[str]:
    yield from _place(f"{key}.repo", published, root, "a model")
    if not _folder(published, root):
        return
    folder = root / published.repo
    if (folder / "adapter_config.json").is_file():
        yield f"{key}.kind: {published.repo} is a PEFT adapter; set kind: adapter"
        return
    config, wanted = read_config(folder), base and _config(base, root)
    if config is None:
        yield f"{key}.repo: {published.repo} has no config.json; name the folder of a model"
    elif wanted and (fault := shape_fault(config, wanted)):
        yield f"{key}.repo: {published.repo} {fault}"


def _check_adapter(folder: Path, base: Base | None, root: Path) -> None:
    config = base and _config(base, root)
    if config:
        check_fits(folder, config)
    else:
        read_shapes(folder)


def _config(base: Base, root: Path) -> dict[str, Any] | None:
    """What is known of a base's shape before anything is fetched or trained."""
    if isinstance(base, MicroBase):
        return {
            "model_type": "qwen3_moe",
            "num_hidden_layers": base.layers,
            "hidden_size": base.hidden_size,
        }
    return read_config(root / base.repo) if isinstance(base, HubBase) else None


def read_config(folder: Path) -> dict[str, Any] | None:
    """A model folder's config.json; None where there is none that can be read."""
    try:
        content = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return content if isinstance(content, dict) else None
