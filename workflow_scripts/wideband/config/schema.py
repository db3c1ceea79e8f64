"""The JSON schema of study files and the page of their defaults, both generated from the models.

`python -m wideband.config.schema --write` regenerates them; without --write it prints how they differ.
"""

import argparse
import difflib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ..provenance.atomic import write_text
from .study import Study

COMMAND = "python -m wideband.config.schema --write"


def schema() -> str:
    """The JSON schema of a study file as text."""
    document = {"$schema": "https://json-schema.org/draft/2020-12/schema", **Study.model_json_schema()}
    return json.dumps(document, indent=2) + "\n"


def page() -> str:
    """Every key of a study file with its type, default and meaning, as Markdown."""
    document = Study.model_json_schema()
    sections = {"Study": document, **document["$defs"]}
    lines = ["# Keys of a study file", "", f"Generated from the models by `{COMMAND}`.", ""]
    for title, section in sections.items():
        lines += [f"## {title}", "", section.get("description", ""), ""]
        lines += ["| key | type | default | meaning |", "|---|---|---|---|", *_rows(section), ""]
    return "\n".join(lines)


def _rows(section: dict[str, Any]) -> Iterator[str]:
    for key, field in section["properties"].items():
        required = key in section.get("required", ())
        default = "required" if required else _default(field)
        meaning = field.get("description", "").replace("|", "\\|")
        yield f"| `{key}` | {_type(field)} | {default} | {meaning} |"


def _default(field: dict[str, Any]) -> str:
    if "default" not in field:
        return "empty" if field.get("type") == "array" else "as below"
    return f"`{json.dumps(field['default'])}`" if not isinstance(field["default"], dict) else "as below"


def _type(field: dict[str, Any]) -> str:
    if "$ref" in field:
        return field["$ref"].rsplit("/", 1)[1]
    for union in ("anyOf", "oneOf"):
        if union in field:
            return " or ".join(_type(member) for member in field[union])
    if "const" in field:
        return f"`{field['const']}`"
    if "enum" in field:
        return ", ".join(f"`{value}`" for value in field["enum"])
    if field["type"] == "object":
        return f"mapping of names to {_type(field['additionalProperties'])}"
    if field["type"] == "array":
        return f"list of {_type(field.get('items') or field['prefixItems'][0])}"
    return field["type"]


GENERATED = {"schema.json": schema, "defaults.md": page}


def drift(folder: Path) -> list[str]:
    """Lines of a unified diff between the files in `folder` and what the models say; empty when equal."""
    lines: list[str] = []
    for name, make in GENERATED.items():
        path = folder / name
        found = path.read_text(encoding="utf-8") if path.is_file() else ""
        pair = (found.splitlines(), make().splitlines())
        lines += difflib.unified_diff(*pair, str(path), "the models", lineterm="")
    return lines


def main(arguments: list[str] | None = None) -> int:
    """Write the generated files, or print how they differ (exit status 1)."""
    parser = argparse.ArgumentParser(prog="python -m wideband.config.schema", description=__doc__)
    parser.add_argument("--write", action="store_true", help="regenerate the files")
    parser.add_argument("--folder", type=Path, default=Path("config"), help="where they lie")
    options = parser.parse_args(arguments)
    if options.write:
        for name, make in GENERATED.items():
            write_text(options.folder / name, make())
        return 0
    difference = drift(options.folder)
    if difference:
        print("\n".join(difference), f"\nrun: {COMMAND}")
    return 1 if difference else 0


if __name__ == "__main__":
    sys.exit(main())
