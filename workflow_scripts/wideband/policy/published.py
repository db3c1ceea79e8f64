"""Published models and PEFT adapters, from the hub at a pinned revision or from a folder."""

import json
from pathlib import Path

from ..config.pinned import commit_of
from ..config.policy import HubBase, PublishedAdapter
from ..errors import WidebandError
from ..training.publish import ADAPTER_FILES, copy_adapter
from .adapter_file import AdapterError, check_finite, check_fits, shape_fault
from .base import location


def fetch_adapter(published: PublishedAdapter, base: Path, folder: Path) -> None:
    """Copy the adapter into `folder`. Raises AdapterError when it does not fit the base in `base`."""
    source = Path(published.repo)
    if not source.is_dir():
        source = download(published)
    check_fits(source, _base_config(base))
    check_finite(source)
    copy_adapter(source, folder)


def download(published: PublishedAdapter) -> Path:
    """The folder of a hub's adapter in the Hugging Face cache. Raises WidebandError naming it."""
    from huggingface_hub import snapshot_download

    commit = commit_of(published, "published adapter")
    try:
        found = snapshot_download(published.repo, revision=commit, allow_patterns=list(ADAPTER_FILES))
    except Exception as error:
        raise AdapterError(
            f"published adapter: '{published.repo}' at {published.revision} is neither a folder here nor "
            f"available from the hub ({type(error).__name__}: {error})"
        ) from error
    return Path(found)


def check_model(published: HubBase, base: Path) -> None:
    """Raise WidebandError unless a published model has the shape of the base in `base`; reads no weights."""
    what = f"published model '{published.name}': {published.repo}"
    try:
        config = _config_at(published.repo, published.revision)
    except (OSError, ValueError) as error:
        raise WidebandError(
            f"{what} has no config of a model that can be read ({str(error).splitlines()[0]}); "
            "if it is a PEFT adapter, set kind: adapter"
        ) from error
    if fault := shape_fault(config, _base_config(base)):
        raise WidebandError(f"{what} {fault}")


def _base_config(base: Path) -> dict:
    source, revision, _ = location(base)
    return _config_at(source, revision)


def _config_at(source: str, revision: str | None) -> dict:
    if (Path(source) / "config.json").exists():
        return json.loads((Path(source) / "config.json").read_text())
    from transformers import AutoConfig

    return AutoConfig.from_pretrained(source, revision=revision, trust_remote_code=False).to_dict()
