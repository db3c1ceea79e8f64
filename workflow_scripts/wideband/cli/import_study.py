"""The study file that `wideband import` writes: where its files lie, its arms, benchmarks and imports."""

import argparse
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import yaml

from ..config.import_file import LOGS, Import
from ..config.imports import Imports
from ..config.strict_yaml import read_yaml
from ..errors import WidebandError
from ..importers import read_problems

MARK = "# Written by `wideband import`, which also adds to it; comments do not survive the next import."


@dataclass
class StudyFile:
    """A study's document, and what an import adds to it."""

    content: dict[str, Any]
    args: argparse.Namespace

    @classmethod
    def read(cls, path: Path, args: argparse.Namespace, files: list[Path]) -> Self:
        """The document, or the beginning of one.

        Raises WidebandError for a study that was written by hand.
        """
        if not path.is_file():
            root = str(_relative(args.root or _common(files)))
            imports = {"root": root, "licence": args.licence, "files": []}
            title = f"Results imported from {root}"
            new = {"name": args.study, "title": title, "arms": {}, "benchmarks": {}, "imports": imports}
            return cls(new, args)
        text = path.read_text(encoding="utf-8")
        if not text.startswith(MARK):
            raise WidebandError(
                f"{path}: not written by wideband import; name the file in it by hand, under imports.files"
            )
        study = cls(read_yaml(path), args)
        if args.root:
            study._move(args.root)
        return study

    @property
    def root(self) -> Path:
        """The folder that paths of the imports start from."""
        return Path(self.content["imports"]["root"])

    @property
    def scaffold(self) -> str:
        """How answers of the arm are read: as asked for, as before, or in any common style."""
        wanted = "last_number" if self.args.last_number else self.args.scaffold
        before = self.content["arms"].get(self.args.arm, {}).get("scaffold")
        if wanted and before and wanted != before and self._others():
            raise WidebandError(
                f"arm '{self.args.arm}' of this study is read by scaffold {before} on other benchmarks; "
                "leave --scaffold and --last-number out, or import it as another --arm"
            )
        return wanted or before or "free"

    def add(self, entry: Import) -> list[str]:
        """Put the entry, its arm and its benchmark into the document; the files that it replaces."""
        content = self.content
        content["arms"][self.args.arm] = {"scaffold": self.scaffold, "train": False}
        if len(content["arms"]) > 1:
            content.setdefault("compare", list(content["arms"])[:2])
        if self.args.pool:
            content["band"] = {"pool": self.args.pool}
        elif self.args.benchmark not in content["benchmarks"]:
            content["benchmarks"][self.args.benchmark] = {"n": entry.n or 1}
        made = set(entry.tables().values())
        known = [(file, Import.model_validate(file)) for file in content["imports"]["files"]]
        kept = [body for body, file in known if not made & set(file.tables().values())]
        replaced = [", ".join(file.paths) for _, file in known if made & set(file.tables().values())]
        content["imports"]["files"] = [*kept, entry.model_dump(mode="json", exclude_defaults=True)]
        return replaced

    def require_agreeing_golds(self, name: str | None) -> None:
        """All files about a slice agree on its problems. Raises ImportFileError naming two that do not."""
        imports = Imports.model_validate(self.content["imports"])
        if name and imports.about(name):
            read_problems(self.root, imports.about(name), name)

    def text(self) -> str:
        """The document as it is written."""
        return f"{MARK}\n{yaml.safe_dump(self.content, sort_keys=False, allow_unicode=True)}"

    def _others(self) -> bool:
        """Whether the arm has logs on other slices."""
        name = self.args.benchmark or self.args.pool
        files = [Import.model_validate(file) for file in self.content["imports"]["files"]]
        return any(file.arm == self.args.arm and file.slice != name and file.format in LOGS for file in files)

    def _move(self, root: Path) -> None:
        """Name the files that were imported before from another folder."""
        old, imports = self.root, self.content["imports"]
        imports["root"] = str(_relative(root))
        for entry in imports["files"]:
            named = entry["path"] if isinstance(entry["path"], list) else [entry["path"]]
            paths = placed([old / path for path in named], self.root)
            entry["path"] = paths if isinstance(entry["path"], list) else paths[0]


def placed(files: list[Path], root: Path) -> list[str]:
    """Paths of files under `root`. Raises WidebandError that names the folder that would hold them all."""
    folder = root.resolve()
    for file in files:
        if not file.resolve().is_relative_to(folder):
            wider = _relative(Path(os.path.commonpath([folder, file.resolve().parent])))
            raise WidebandError(
                f"{file}: not under {root}, where this study's files lie; put it there, or widen that "
                f"folder with --root {wider}"
            )
    return [file.resolve().relative_to(folder).as_posix() for file in files]


def _common(files: list[Path]) -> Path:
    return Path(os.path.commonpath([file.resolve().parent for file in files]))


def _relative(folder: Path) -> Path:
    """The folder as seen from here, absolute where it lies elsewhere."""
    absolute = folder.resolve()
    return absolute.relative_to(Path.cwd()) if absolute.is_relative_to(Path.cwd()) else absolute
