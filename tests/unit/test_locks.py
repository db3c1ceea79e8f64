"""Every pinned package has hashes that pip checks."""

import re
from pathlib import Path

import pytest

from wideband.provenance.specs import environment_digest

ENVS = Path(__file__).parents[2] / "envs"


@pytest.mark.parametrize("name", ["pipeline.lock", "tools.pins"])
def test_every_pin_has_hashes(name: str) -> None:
    entries = re.split(r"\n(?=[^\s#])", (ENVS / name).read_text(encoding="utf-8"))
    pins = [entry for entry in entries if "==" in entry and not entry.startswith("#")]
    assert len(pins) > 30
    for pin in pins:
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", pin), pin[:60]


def test_the_installation_asks_for_them_and_they_change_no_digest(tmp_path: Path) -> None:
    assert "--require-hashes" in (ENVS / "install.sh").read_text(encoding="utf-8")
    (tmp_path / "a.lock").write_text("numpy==2.0\n")
    before = environment_digest(tmp_path)
    (tmp_path / "a.lock").write_text(f"numpy==2.0 \\\n    --hash=sha256:{'0' * 64}\n")
    assert environment_digest(tmp_path) == before
