"""Outputs, their manifests, the ledger over them and the lineage between them: they fit or are named."""

from collections.abc import Callable

import numpy as np
import pytest
from audited import CELL, ELSEWHERE, NUMBER, ROLLOUTS, VERDICTS, Project, codes
from forging import rebuild

from wideband.provenance.ledger import NAME

ADAPTER = f"arms/{CELL}/adapter"


@pytest.mark.parametrize("change", ["edited", "added", "deleted"])
def test_files_of_a_checkpoint_are_named(project: Project, change: str) -> None:
    file = project.root / ADAPTER / "adapter_config.json"
    if change == "edited":
        file.write_text(file.read_text() + " ")
    elif change == "added":
        file.with_name("extra.bin").write_bytes(b"")
    else:
        file.unlink()
    (found,) = project.audit(0).findings
    assert (found.code, found.file) == ("OUTPUT_TAMPERED", ADAPTER)
    assert change in found.detail


def test_a_failed_job_s_output_is_incomplete(project: Project) -> None:
    (project.root / f"{VERDICTS}.manifest.json").unlink()
    (project.root / VERDICTS).write_bytes(b"half a tab")
    (found,) = project.audit(0).findings
    assert (found.code, found.file) == ("INCOMPLETE", VERDICTS)


def test_a_truncated_table_is_no_traceback(project: Project) -> None:
    content = (project.root / VERDICTS).read_bytes()
    (project.root / VERDICTS).write_bytes(content[: len(content) // 2])
    found = project.audit()
    assert codes(found) == {"OUTPUT_TAMPERED", "INCOMPLETE"}
    assert found.codes[NUMBER] == {"OUTPUT_TAMPERED", "INCOMPLETE"}
    assert not set(ELSEWHERE) & found.codes.keys()


def _shortened(project: Project) -> None:
    (project.root / f"{VERDICTS}.manifest.json").write_text("{")


@pytest.mark.parametrize(
    ("tamper", "code"),
    [
        (
            lambda p: p.edit_json(f"{VERDICTS}.manifest.json", lambda m: m["seeds"].update(a=1)),
            "RECORD_FORGED",
        ),
        (_shortened, "RECORD_FORGED"),
        (lambda p: (p.root / f"{VERDICTS}.manifest.json").unlink(), "RECORD_MISSING"),
        (lambda p: (p.root / VERDICTS).unlink(), "INCOMPLETE"),
        (lambda p: (p.root / "data/mine.parquet").write_bytes(b"mine"), "UNTRACKED_OUTPUT"),
        (lambda p: (p.root / "report/index.html").write_text("<p>1</p>"), "OUTPUT_TAMPERED"),
    ],
    ids=["edited", "shortened", "removed", "output gone", "untracked", "report"],
)
def test_manifests_and_outputs_belong_together(project: Project, tamper: Callable, code: str) -> None:
    tamper(project)
    found = project.audit(0)
    assert codes(found) == {code}
    assert not set(ELSEWHERE) & found.codes.keys()


def _lines(project: Project, change: Callable[[list[str]], list[str]]) -> None:
    project.edit(NAME, lambda text: "".join(change(text.splitlines(keepends=True))))


@pytest.mark.parametrize(
    "change",
    [
        lambda lines: [*lines[:5], lines[5].replace('"rule":"', '"rule":"x'), *lines[6:]],
        lambda lines: [*lines[:5], *lines[6:]],
        lambda lines: lines[:-1],
        lambda lines: [*lines[:5], lines[6], lines[5], *lines[7:]],
        lambda lines: [*lines[:-1], lines[-1][:40]],
        lambda lines: [*lines[:5], "{}\n", *lines[6:]],
    ],
    ids=["edited", "removed", "last removed", "reordered", "torn", "no line"],
)
def test_the_chain_of_the_ledger_holds_or_is_broken(project: Project, change: Callable) -> None:
    _lines(project, change)
    assert project.codes(0) == {"LEDGER_BROKEN"}


def test_without_a_ledger_nothing_is_verified(project: Project) -> None:
    (project.root / NAME).unlink()
    found = project.audit(0)
    assert codes(found) == {"LEDGER_BROKEN"}
    assert found.codes.keys() == set(found.ids)


def test_a_job_that_read_something_undeclared_says_so(project: Project) -> None:
    project.edit_json(f"{VERDICTS}.manifest.json", lambda m: m.update(undeclared=["results/nano/secret.txt"]))
    rebuild(project.root)
    found = project.audit(0, 2)
    assert codes(found) == {"UNDECLARED_INPUT"}
    assert found.codes[NUMBER] == {"UNDECLARED_INPUT"}


def test_an_input_that_nobody_wrote_breaks_the_lineage(project: Project) -> None:
    def other(manifest: dict) -> None:
        read = next(each for each in manifest["inputs"] if each["name"] == "adapter")
        read["path"] = read["path"].replace("olympiad_rlvr", "math_continuation")

    project.edit_json(f"{ROLLOUTS}.manifest.json", other)
    rebuild(project.root)
    found = project.audit(0, 2)
    assert codes(found) == {"LINEAGE_BROKEN"}
    assert "LINEAGE_BROKEN" in found.codes[NUMBER]


def test_garbage_everywhere_gives_findings_and_no_traceback(project: Project) -> None:
    random = np.random.default_rng(3)
    files = sorted(path for path in project.root.rglob("*") if path.is_file())
    for path in random.choice(np.array(files, dtype=object), 120, replace=False):
        path.write_bytes(random.bytes(50))
    found = project.audit(0, 1, 2, 3, 4, 6)
    assert found.verdict == "FAILED"
    assert {"OUTPUT_TAMPERED", "RECORD_FORGED"} <= codes(found)
