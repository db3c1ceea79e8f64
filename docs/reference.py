"""The reference pages of the site, out of the package itself, as JSON: Markdown by path.

    python docs/reference.py

It runs in the pipeline's environment; the site is built in another one, by site.py beside this file.
"""

import argparse
import ast
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from inspect import getdoc
from pathlib import Path

import wideband
from wideband import cli
from wideband.config.data import Data
from wideband.config.schema import page as study_keys
from wideband.config.sources import GENERATED, TASKS
from wideband.data.sources import source_splits
from wideband.metrics import by_item
from wideband.rooms import names_in
from wideband.scaffolds import SCAFFOLDS
from wideband.tables.schemas import SCHEMAS, Schema

ORIGINS = Data.model_json_schema()["properties"]["origin"]["enum"]


def commands() -> str:
    """The help of every command."""
    lines = ["# Commands", "", "What `wideband <command> --help` says.", ""]
    for name, summary in cli.COMMANDS.items():
        parser = argparse.ArgumentParser(prog=f"wideband {name}", description=f"{summary}.")
        cli.module(name).arguments(parser)
        lines += [f"## {name}", "", f"```text\n{parser.format_help().rstrip()}\n```", ""]
    return "\n".join(lines)


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """A table of Markdown and an empty line."""
    for row in (head, ["---"] * len(head), *rows):
        cells = (" ".join(cell.replace("|", "\\|").split()) for cell in row)
        yield f"| {' | '.join(cells)} |"
    yield ""


def first(text: str | None) -> str:
    """The first paragraph of a docstring."""
    return (text or "").strip().partition("\n\n")[0]


def described(room: str) -> Iterator[tuple[str, str]]:
    """Each name of a room of the package with its DESCRIPTION, read and not imported: some import torch."""
    folder = Path(wideband.__file__).parent / room
    for name in names_in(str(folder / "__init__.py")):
        for node in ast.parse((folder / f"{name}.py").read_text(encoding="utf-8")).body:
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "DESCRIPTION":
                yield f"`{name}`", ast.literal_eval(node.value)


def source(name: str) -> list[str]:
    """A source with its task and its splits at each origin."""
    known = [origin for origin in ORIGINS if origin != "generated" or name in GENERATED]
    splits = {origin: ", ".join(source_splits(name, origin)) for origin in known}
    return [f"`{name}`", f"`{TASKS[name]}`", *(splits.get(origin, "") for origin in ORIGINS)]


def names() -> str:
    """What a study file can name: scaffolds, tasks, methods, rewards, sources, metrics."""
    lines = ["# Names in a study file", ""]
    scaffolds = ((f"`{name}`", first(getdoc(type(each)))) for name, each in SCAFFOLDS.items())
    lines += ["## Scaffolds", "", *table(("scaffold", "form of a completion"), scaffolds)]
    lines += ["## Tasks", "", *table(("task", "what an item asks"), described("tasks"))]
    lines += ["## Methods", "", *table(("method", "how a stage trains"), described("training/methods"))]
    lines += ["## Rewards", "", *table(("reward", "of `method: grpo`"), described("training/rewards"))]
    head = ("source", "task", *ORIGINS)
    lines += ["## Sources", "", "Splits by `data.origin`.", "", *table(head, map(source, TASKS))]
    measured = ((f"`{name}`", by_item.title(name), by_item.load(name).unit) for name in by_item.names())
    lines += ["## Metrics of single items", "", *table(("metric", "title", "unit"), measured)]
    return "\n".join(lines)


def columns(schema: Schema) -> Iterator[tuple[str, str, str]]:
    """Each column of a table with its type and its part."""
    for name, kind in schema.columns.items():
        part = "key" if name in schema.key else "may be null" if name in schema.nullable else ""
        yield f"`{name}`", str(kind), part


def tables() -> str:
    """The columns of every Parquet table."""
    lines = ["# Tables", "", "Columns of the Parquet files in `results/<study>/`.", ""]
    for name, schema in SCHEMAS.items():
        lines += [f"## {name}", "", *table(("column", "type", ""), columns(schema))]
    return "\n".join(lines)


def pages() -> dict[str, str]:
    """Every page by its path under docs/."""
    made = {"study-file": study_keys, "commands": commands, "names": names, "tables": tables}
    return {f"reference/{name}.md": make() for name, make in made.items()}


if __name__ == "__main__":
    json.dump(pages(), sys.stdout)
