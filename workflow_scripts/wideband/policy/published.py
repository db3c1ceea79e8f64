"""Published PEFT adapters, from the hub at a pinned revision or from a folder."""

import json
from pathlib import Path

from ..config.policy import PublishedAdapter
from ..training.publish import ADAPTER_FILES, copy_adapter
from .adapter_file import AdapterError, check_finite
from .base import location
from .fit import check_fits


def fetch_adapter(published: PublishedAdapter, base: Path, folder: Path) -> None:
    """Copy the adapter into `folder`. Raises AdapterError when it does not fit the base in `base`."""
    source = Path(published.repo)
    if not source.is_dir():
        source = download(published)
    check_fits(source, _base_config(base))
    check_finite(source)
    copy_adapter(source, folder)


def download(published: PublishedAdapter) -> Path:
    """The folder of a hub's adapter in the Hugging Face cache. Raises AdapterError naming it."""
    from huggingface_hub import snapshot_download

    try:
        found = snapshot_download(
            published.repo, revision=published.revision, allow_patterns=list(ADAPTER_FILES)
        )
    except Exception as error:
        raise AdapterError(
            f"start_from.repo: '{published.repo}' at {published.revision} is neither a folder here nor "
            f"available from the hub ({type(error).__name__}: {error})"
        ) from error
    return Path(found)


def _base_config(base: Path) -> dict:
    source, revision, _ = location(base)
    if (Path(source) / "config.json").exists():
        return json.loads((Path(source) / "config.json").read_text())
    from transformers import AutoConfig

    return AutoConfig.from_pretrained(source, revision=revision, trust_remote_code=False).to_dict()
