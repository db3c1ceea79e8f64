"""The generated schema and defaults page say what the models say."""

import json
from pathlib import Path

from wideband.config import schema

CONFIG = Path(__file__).parents[2] / "config"


def test_generated_files_are_up_to_date() -> None:
    difference = schema.drift(CONFIG)
    assert not difference, "\n".join([*difference, f"run: {schema.COMMAND}"])


def test_drift_is_shown_as_a_diff(tmp_path: Path, capsys) -> None:
    assert schema.main(["--write", "--folder", str(tmp_path)]) == 0
    assert schema.main(["--folder", str(tmp_path)]) == 0
    path = tmp_path / "schema.json"
    path.write_text(path.read_text().replace('"rank"', '"ranks"'))
    assert schema.main(["--folder", str(tmp_path)]) == 1
    printed = capsys.readouterr().out
    assert '"ranks"' in printed and schema.COMMAND in printed


def test_every_key_has_a_meaning() -> None:
    document = json.loads(schema.schema())
    for title, section in {"Study": document, **document["$defs"]}.items():
        for key, field in section["properties"].items():
            assert key == "kind" or field.get("description"), f"{title}.{key} has no description"


def test_unknown_keys_are_refused_by_the_schema_too() -> None:
    document = json.loads(schema.schema())
    assert all(section["additionalProperties"] is False for section in document["$defs"].values())
