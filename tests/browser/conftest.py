"""The invented results of the unit tests serve the browser tests as well."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).resolve().parents[1] / "unit"))

from chromium import Browser, browser


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of the invented study, in its results folder, with manifests behind some numbers."""
    from report_manifests import write_lineage
    from report_results import study, write_results

    from wideband.report import build_site

    made = study()
    folder = tmp_path_factory.mktemp("browser") / "results" / made.name
    write_results(made, folder)
    write_lineage(made, folder)
    build_site(made, folder, folder / "report")
    return folder / "report"


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """A headless browser for all tests."""
    with browser() as running:
        yield running
