"""The invented results of the unit tests serve the browser tests as well."""

import sys
from collections.abc import Iterator
from dataclasses import replace
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
def answering(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of a study of stated distributions, with another's pages on what carries over."""
    from answer_results import STUDY, write_answers
    from test_report_calibration import SLICES
    from test_report_ends import RECORD
    from test_report_ends import STUDY as CARRIED

    from wideband.config import Study
    from wideband.numbers import study_numbers, write_records
    from wideband.numbers.study import planned
    from wideband.report import build_site
    from wideband.report.book import Book
    from wideband.report.figures import elsewhere, retention
    from wideband.report.page import environment
    from wideband.report.pages import RETENTION, TRANSFER

    made, folder = (
        Study.model_validate(STUDY | {"data": {"slices": SLICES}}),
        tmp_path_factory.mktemp("asked"),
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(Path(__file__).parents[2])
        write_answers(made, folder)
        write_records(study_numbers(made, folder), folder / "numbers.jsonl")
        build_site(made, folder, folder / "report")
    carried = Study.model_validate(CARRIED)
    book = Book({each.id: replace(RECORD, id=each.id) for each in planned(carried)})
    rendered = {TRANSFER: elsewhere.sections(carried, book), RETENTION: retention.sections(carried, book)}
    templates = environment(carried, book, list(rendered))
    for page, sections in rendered.items():
        text = templates.get_template(page.template).render(page=page, sections=sections)
        (folder / "report" / page.file).write_text(text)
    return folder / "report"


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """A headless browser for all tests."""
    with browser() as running:
        yield running
