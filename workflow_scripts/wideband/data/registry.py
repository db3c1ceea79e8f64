"""The registry of source content: BLAKE3 digests over canonical rows, the same for hub and local copies.

A row is (source, problem, gold, level, subject, year): not the uid and not the order, in which copies differ.
Worked answers and preferences belong to it where there is no gold.
`python -m wideband.data.registry <root>` prints the registry of the files under a folder.
"""

import argparse
import json
from functools import cache
from pathlib import Path

import pandas as pd
from blake3 import blake3

from ..config.data import Data
from ..config.sources import HUB_ONLY
from . import sources
from .errors import RegistryError
from .files import folder
from .problems import INTEGERS

PATH = Path(__file__).with_name("registry.json")
CONTENT = ("source", "problem", "gold", "level", "subject", "year")
# Content of preference pairs alone, and of items without a gold: what they teach.
TAUGHT = ("chosen", "rejected", "solutions")


def digest(frame: pd.DataFrame) -> str:
    """BLAKE3 (hex) of the sorted canonical JSON rows of a problems table."""
    taught = TAUGHT if frame["gold"].isna().all() else ()
    names = [*CONTENT, *(name for name in taught if name in frame and frame[name].notna().any())]
    content = frame[names].astype(dict.fromkeys(INTEGERS, "Int64")).astype(object)
    rows = content.where(content.notna(), None).to_dict("records")
    lines = sorted(json.dumps(row, sort_keys=True, ensure_ascii=False, default=int) for row in rows)
    return blake3("\n".join(lines).encode()).hexdigest()


@cache
def registered() -> dict[str, dict[str, str | int]]:
    """The registry: {"<source>/<split>": {"rows": …, "digest": …}}."""
    return json.loads(PATH.read_text(encoding="utf-8"))


def verify(source: str, split: str, frame: pd.DataFrame) -> str:
    """The digest of a source's split when it is the registered one.

    Raises RegistryError naming source, rows and both digests otherwise. What is read from the hub alone need
    not be registered: its commit says which content it is.
    """
    key, found = f"{source}/{split}", digest(frame)
    known = registered().get(key)
    if known is None and source in HUB_ONLY:
        return found
    if known is None:
        raise RegistryError(f"source {key} is not registered (digest {found}); add it to {PATH.name}")
    if found != known["digest"]:
        raise RegistryError(
            f"source {key}: content differs from the registered one: {len(frame)} rows, digest {found}; "
            f"registered {known['rows']} rows, digest {known['digest']}. Restore the source, or set "
            "data.verify: false to use this content"
        )
    return found


def entries(data: Data) -> dict[str, dict[str, str | int]]:
    """The registry of the files under `data.root`: of every split whose files are all there."""
    found = {}
    for name, source in sources.SOURCES.items():
        for split, parts in source.files.items():
            if all((folder(data.root) / part.path).is_file() for part in parts):
                frame = sources.load(name, split, data)
                found[f"{name}/{split}"] = {"rows": len(frame), "digest": digest(frame)}
    return found


def main() -> None:
    """Print the registry of the benchmark files under a folder."""
    parser = argparse.ArgumentParser(
        description="Digests of the benchmark files that are in a folder, as in registry.json."
    )
    parser.add_argument("root", help="folder laid out as data.root")
    root = parser.parse_args().root
    print(json.dumps(entries(Data(origin="local", root=root, slices={})), indent=2))


if __name__ == "__main__":
    main()
