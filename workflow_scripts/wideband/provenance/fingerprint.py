"""The fingerprint of a script: one digest over all the code and data files that it can reach."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ..plugin_registry import Entry, texts
from .closure import DOTTED, Source, source
from .digests import file_digest, json_digest
from .tree import Tree

# Left out, with what lies below: code that runs jobs and records them, whose edits change no result.
# Of the study's models only loading and fields are here: what they yield is in the spec as parameters.
PLUMBING: tuple[str, ...] = (
    "wideband.audit",
    "wideband.cli",
    "wideband.cluster",
    "wideband.errors",
    "wideband.plugins",
    "wideband.provenance",
    "wideband.workflow",
    "wideband.config.base",
    "wideband.config.checks",
    "wideband.config.checks_arms",
    "wideband.config.checks_resources",
    "wideband.config.checks_stages",
    "wideband.config.data",
    "wideband.config.evaluation",
    "wideband.config.load",
    "wideband.config.messages",
    "wideband.config.parameters",
    "wideband.config.parameters_asking",
    "wideband.config.parameters_data",
    "wideband.config.parameters_measuring",
    "wideband.config.policy",
    "wideband.config.resources",
    "wideband.config.schema",
    "wideband.config.sources",
    "wideband.config.strict_yaml",
    "wideband.config.training",
)

# Code that no job reaches: what starts jobs, checks studies before they run, or is called by people and by
# `wideband`. It is in no fingerprint as it is; a test says when a job begins to reach it.
AROUND: tuple[str, ...] = (
    "launch",
    "preloaded",
    "start_job",
    "wideband.chat",
    "wideband.comparison",
    "wideband.config.checks_endpoints",
    "wideband.config.checks_imports",
    "wideband.config.checks_names",
    "wideband.config.checks_published",
    "wideband.config.checks_slices",
    "wideband.config.names",
    "wideband.config.spaces",
    "wideband.exporters",
    "wideband.measuring",
    "wideband.publishing",
    "wideband.report.figures.times",
    "wideband.report.page_data",
    "wideband.report.slurm_jobs",
    "wideband.watching",
)

# Data files that the parameters of the jobs they concern hold, entry by entry.
IN_PARAMETERS = frozenset({"workflow_scripts/wideband/data/registry.json"})

# Rooms whose files are looked up by a name that the job's parameters hold: only those named there are
# reached, so that a new one makes nothing stale.
BY_NAME: tuple[str, ...] = (
    "wideband.metrics.by_item",
    "wideband.tasks",
    "wideband.training.methods",
    "wideband.training.rewards",
)

# Packages whose `__init__` gathers names for users of the whole: importing one of their modules counts the
# `__init__` but does not follow it, or every job that parses its own part would depend on the whole study.
GATHERS: tuple[str, ...] = ("wideband.config",)


@dataclass(frozen=True)
class Fingerprint:
    """`digest` over `modules`: dotted module name, or path of a data file, to its digest.

    `named`: of the modules in rooms that are looked up by name, those that the job names; likewise of what
    plugins register, as `room.name@file`.
    """

    digest: str
    modules: dict[str, str]
    left_out: tuple[str, ...] = ()
    named: tuple[str, ...] = ()


def named_modules(params: object, tree: Tree, plugged: Sequence[Entry] = ()) -> tuple[str, ...]:
    """Modules of rooms in BY_NAME, and what plugins register, that a job's parameters name (by last part)."""
    words = frozenset(texts(params))
    own = (f"{entry.room}.{entry.name}@{entry.path}" for entry in plugged if entry.name in words)
    return (*(name for name in tree.inside(BY_NAME) if name.rpartition(".")[2] in words), *own)


def fingerprint(
    script: Path,
    package_root: Path,
    left_out: tuple[str, ...] = PLUMBING,
    named: tuple[str, ...] = (),
    read: Callable[[Path], Source] = source,
    tree: Tree | None = None,
) -> Fingerprint:
    """Fingerprint of what `script` can reach.

    Args:
        script: a Python file beside the package.
        package_root: the folder that imports start from, which holds the package; the folder above it is the
            project, whose `config/` holds data files. The package's own folder is taken as well.
        left_out: modules that are neither counted nor followed.
        named: of modules in rooms of BY_NAME, those to count.
        read: gives the facts of a source file; by default from the file itself.
        tree: the files of the project, where they were listed before.

    Raises ClosureError for source that cannot be parsed.
    """
    reached = _Closure(tree or tree_of(package_root), left_out, named, read)
    reached.follow(script.resolve())
    modules = dict(sorted(reached.digests.items()))
    return Fingerprint(json_digest(modules), modules, left_out, named)


def tree_of(package_root: Path) -> Tree:
    """The files that fingerprints can count; `package_root` as in `fingerprint`."""
    root = package_root.resolve()
    return Tree(root.parent if (root / "__init__.py").is_file() else root)


def left_out_code(package_root: Path) -> Fingerprint:
    """The modules that no fingerprint counts, byte for byte: what no job reaches.

    `package_root` as in `fingerprint`.
    """
    known = Tree(package_root.resolve()).modules
    around = frozenset((*PLUMBING, *AROUND))
    names = sorted(name for name in known if _within(name, around))
    modules = {name: file_digest(known[name]) for name in names}
    return Fingerprint(json_digest(modules), modules)


def _within(name: str, entries: frozenset[str]) -> bool:
    """Whether a module, or a package above it, is one of the entries."""
    while name and name not in entries:
        name = name.rpartition(".")[0]
    return bool(name)


@dataclass
class _Closure:
    tree: Tree
    left_out: tuple[str, ...]
    named: tuple[str, ...]
    read: Callable[[Path], Source]
    digests: dict[str, str] = field(default_factory=dict)

    def follow(self, script: Path) -> None:
        """Visit `script` and all that it reaches."""
        known, left_out = self.tree.modules, frozenset(self.left_out)
        name = self.tree.name(script)
        known[name] = script
        waiting, seen = [name], {name}
        while waiting:
            name = waiting.pop()
            facts = self.read(known[name])
            self.digests[name] = facts.digest
            self._count_data(facts, known[name])
            found = (*self._reached(facts, name), *self._plugged(name))
            new = {module for module in found if not _within(module, left_out)} - seen
            seen |= new
            waiting += new

    def _plugged(self, room: str) -> Iterator[str]:
        """Files of the study's own that register something in a room which the job names, as modules."""
        for entry in self.named:
            name, _, path = entry.partition("@")
            if path and name.rpartition(".")[0] == room:
                self.tree.modules[path] = self.tree.project / path
                yield path

    def _count_data(self, facts: Source, file: Path) -> None:
        own = file.is_relative_to(self.tree.project) and not file.is_relative_to(self.tree.scripts)
        named = self.tree.near_plugin if own else self.tree.named
        for text in facts.strings:
            for relative in named(text, file.parent):
                if relative not in self.digests and relative not in IN_PARAMETERS:
                    self.digests[relative] = file_digest(self.tree.project / relative)

    def _reached(self, facts: Source, name: str) -> Iterator[str]:
        """Modules that `name` imports or names, each with the packages above it."""
        known = self.tree.modules
        package = name if known[name].name == "__init__.py" else name.rpartition(".")[0]
        wanted = [_absolute(level, written, package) for level, written in facts.imports]
        wanted += [text.split(":")[0] for text in facts.strings if DOTTED.fullmatch(text)]
        for within in facts.dynamic:
            room = within or package or name
            inside = [other for other in known if other.startswith(f"{room}.")]
            wanted += [other for other in inside if room not in BY_NAME or other in self.named]
        for dotted in wanted:
            parts = dotted.split(".")
            for length in range(1, len(parts) + 1):
                above = ".".join(parts[:length])
                if above not in known:
                    break
                if above in GATHERS and length < len(parts):
                    self.digests[above] = self.read(known[above]).digest
                else:
                    yield above


def _absolute(level: int, written: str, package: str) -> str:
    """The module that `written`, after `level` dots, means in `package`."""
    if level == 0:
        return written
    parts = package.split(".")
    base = parts[: len(parts) - level + 1]
    return ".".join([*base, written] if written else base)
