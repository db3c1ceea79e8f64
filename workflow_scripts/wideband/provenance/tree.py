"""The files of a project that a fingerprint can count, listed once instead of asked for one by one."""

import os
from collections.abc import Iterator
from pathlib import Path


class Tree:
    """Python modules and data files below the folder that imports start from, and the project's config/.

    Attributes:
        modules: dotted name to file.
        data: absolute path to the data files it stands for (itself, or all in a data folder).
    """

    def __init__(self, scripts: Path) -> None:
        self.scripts, self.project = scripts, scripts.parent
        self.modules: dict[str, Path] = {}
        self.data: dict[str, list[str]] = {}
        self._inside: dict[tuple[str, ...], list[str]] = {}
        for path in _files(scripts):
            if path.endswith(".py"):
                self.modules[_dotted(path[len(str(scripts)) + 1 :])] = Path(path)
        self._add_data(scripts, folders=True)
        # Folders of config/ hold things to choose from: naming the folder is not using all of them.
        self._add_data(self.project / "config", folders=False)
        self.last_parts = {os.path.basename(path) for path in self.data}

    def name(self, path: Path) -> str:
        """The dotted name of a Python file; of one outside the tree, its own name."""
        inside = path.is_relative_to(self.scripts)
        return _dotted(str(path.relative_to(self.scripts) if inside else path.name))

    def named(self, text: str, module_folder: Path) -> Iterator[str]:
        """Data files, relative to the project, that `text` can mean in a module lying in `module_folder`.

        Looked up there, in the whole package that holds it, and for `config/…` in the project.
        """
        if text.rstrip("/").rpartition("/")[2] not in self.last_parts:
            return
        inside = ()
        if module_folder.is_relative_to(self.scripts):
            inside = module_folder.relative_to(self.scripts).parts
        folders = {module_folder, self.scripts / inside[0] if inside else module_folder}
        for folder in folders | ({self.project} if text.startswith("config/") else set()):
            for path in self.data.get(os.path.normpath(os.path.join(folder, text)), ()):
                yield path[len(str(self.project)) + 1 :]

    def near_plugin(self, text: str, folder: Path) -> Iterator[str]:
        """Data files, relative to the project, that `text` can mean in a plugin lying in `folder`."""
        for place in (folder / text, self.project / text):
            found = Path(os.path.normpath(place))
            if found.is_relative_to(self.project) and found.suffix != ".py" and found.is_file():
                yield found.relative_to(self.project).as_posix()

    def inside(self, rooms: tuple[str, ...]) -> list[str]:
        """Modules that lie directly in one of these packages, sorted."""
        if rooms not in self._inside:
            self._inside[rooms] = sorted(name for name in self.modules if name.rpartition(".")[0] in rooms)
        return self._inside[rooms]

    def _add_data(self, root: Path, folders: bool) -> None:
        files = list(_files(root))
        with_python = {above for path in files if path.endswith(".py") for above in _above(path, str(root))}
        for path in files:
            if path.endswith(".py"):
                continue
            self.data[path] = [path]
            for above in _above(path, str(root)) if folders else ():
                if above not in with_python:
                    self.data.setdefault(above, []).append(path)


def _files(folder: Path) -> Iterator[str]:
    for here, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if name != "__pycache__" and not name.startswith(".")]
        yield from (os.path.join(here, name) for name in files)


def _above(path: str, root: str) -> Iterator[str]:
    """The folders between a file and `root`, `root` left out."""
    above = os.path.dirname(path)
    while above != root:
        yield above
        above = os.path.dirname(above)


def _dotted(relative: str) -> str:
    parts = relative.removesuffix(".py").split(os.sep)
    return ".".join(parts[:-1] if parts[-1] == "__init__" and len(parts) > 1 else parts)
