"""Base models that Python packages carry: found, compared with the registry, and written for transformers."""

from importlib import metadata
from pathlib import Path
from shutil import copyfile
from typing import Any

from ..config.policy import PackageBase
from ..errors import WidebandError
from ..provenance.digests import file_digest
from .base import write_reference

LICENCE = "LICENSE"


class PackageError(WidebandError):
    """A package that is not installed, or whose files are not the registered ones."""


def write_packaged(base: PackageBase, registered: dict[str, Any], folder: Path) -> dict[str, str]:
    """Write the model, its tokenizer and its licence into `folder`; package and digest for the manifest.

    `registered` is the entry of packages.json. Raises PackageError.
    """
    from .gguf_llama import convert

    files = {name: verified(base.name, registered, name) for name in registered["files"]}
    folder.mkdir(parents=True, exist_ok=True)
    convert(files["weights"], folder)
    copyfile(files["licence"], folder / LICENCE)
    write_reference(folder, None, None, base.dtype)
    package = f"{registered['package']} {registered['version']}"
    return {"package": package, "weights": registered["files"]["weights"]["digest"]}


def verified(name: str, registered: dict[str, Any], file: str) -> Path:
    """The place of a registered file of the model `name`. Raises PackageError naming package and remedy."""
    wanted, package = registered["files"][file], registered["package"]
    remedy = f"install {package}=={registered['version']} again, without its dependencies (`make setup` does)"
    try:
        path = Path(metadata.distribution(package).locate_file(wanted["path"]))
    except metadata.PackageNotFoundError:
        raise PackageError(f"base '{name}': the package {package} is not installed; {remedy}") from None
    if not path.is_file():
        raise PackageError(f"base '{name}': {package} has no {wanted['path']}; {remedy}")
    found = file_digest(path)
    if found != wanted["digest"]:
        raise PackageError(
            f"base '{name}': {path.name} of the package {package} differs from the registered one: digest "
            f"{found}, registered {wanted['digest']}; {remedy}"
        )
    return path
