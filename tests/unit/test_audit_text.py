"""L6: whatever is changed in the site, a fragment or a text of the user is found, and named."""

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from report_manifests import NUMBER, PASSK, SLICE, SMALL, TRAINED

from wideband.audit.figures import check_figure
from wideband.audit.finding import Finding
from wideband.audit.text import check_text
from wideband.config.parameters import parameters
from wideband.numbers import NumberRecord, read_records
from wideband.provenance.digests import file_digest
from wideband.provenance.manifest import manifest_path
from wideband.report import ReportParams, build_site, row_data
from wideband.report.book import Book
from wideband.report.cards import FILE as CARDS
from wideband.report.cards import packed, read_cards, unpacked
from wideband.report.columns import folded_rows
from wideband.report.literals import in_page, literals, study_names
from wideband.report.read_page import Page

MISMATCH, UNBOUND = "TEXT_MISMATCH", "TEXT_UNBOUND"
FINAL = "pass@1.gsm8k_test.panel.olympiad_rlvr"
Edit = Callable[[str], str]


@pytest.fixture
def root(small_results: Path, tmp_path: Path) -> Path:
    """A copy of the small results, to be tampered with."""
    folder = tmp_path / "results" / SMALL.name
    shutil.copytree(small_results, folder)
    return folder


def _records(root: Path) -> list[NumberRecord]:
    return read_records(root / "numbers.jsonl")


def _found(root: Path, *texts: Path) -> set[tuple[str, str | None, str | None]]:
    """(code, file within the report, number) of all findings."""
    found = check_text(root, SMALL, _records(root), texts)
    assert {finding.level for finding in found} <= {6}
    return {_named(finding) for finding in found}


def _named(finding: Finding) -> tuple[str, str | None, str | None]:
    return finding.code, (finding.file or "").removeprefix("report/"), finding.number


def _edit(root: Path, file: str, pattern: str, new: str) -> None:
    """The first match of a pattern in a file of the site becomes `new`."""
    path = root / "report" / file
    text, count = re.subn(pattern, new, path.read_text(), count=1, flags=re.DOTALL)
    assert count == 1, f"{file} has no {pattern}"
    assert text != path.read_text(), f"{pattern} changes nothing"
    path.write_text(text)


def _edit_card(root: Path, number: str, key: str, new: object) -> None:
    """The card of a number, and no other, says something else."""
    path = root / "report" / CARDS
    content = read_cards(path.read_text())
    content["numbers"][number][key] = new
    rows = [{"id": name, **card} for name, card in content["numbers"].items()]
    path.write_text(packed({**content, "numbers": folded_rows(rows)}))


def _edit_in_cards(root: Path, pattern: str, new: str) -> None:
    """The first match of a pattern in the JSON of the cards becomes `new`."""
    path = root / "report" / CARDS
    before = json.dumps(unpacked(path.read_text()), separators=(",", ":"))
    text, count = re.subn(pattern, new, before, count=1)
    assert count == 1 and text != before
    path.write_text(packed(json.loads(text)))


def test_an_untouched_site_has_no_finding(small_results: Path) -> None:
    assert check_text(small_results, SMALL, _records(small_results)) == []


def test_a_changed_number_is_found_by_its_id_wherever_it_is_shown(root: Path) -> None:
    value = f'data-number="{re.escape(FINAL)}" data-format="[^"]*%"[^>]*>'
    _edit(root, "index.html", f"({value})[^<]*", r"\g<1>99.9%")
    _edit(root, "index.html", r'(data-number="train_tokens.total"[^>]*>)[\d,]+', r"\g<1>7")
    _edit(root, "passk.html", r'"y":\[0\.\d+,0\.\d+\],"line"', '"y":[0.5,0.987],"line"')
    _edit(root, "cost.html", r'"arrayminus":\[[^,\]]+', '"arrayminus":[0.111')
    _edit(root, "band.html", r'"z":\[\[[^,]+', '"z":[[47')
    _edit(root, "diversity.html", r'(data-setting="statistics.resamples"[^>]*>)[^<]*', r"\g<1>900")
    _edit_card(root, NUMBER, "value", 0.987)
    _edit(root, "fragments/key-numbers.md", r"(\| GSM8K tier \(synthetic\) \| panel \|) [\d.]+%", r"\1 99.9%")
    _edit(root, "fragments/macros.tex", r"(wbPassOneNGsmEightkTestPanel\}\{)\d+", r"\g<1>99")
    found = _found(root)
    assert {(MISMATCH, "index.html", FINAL), (MISMATCH, "index.html", "train_tokens.total")} <= found
    before = {f"pass@{k}.gsm8k_test.panel.base" for k in (1, 2)}
    assert {number for _, file, number in found if file == "passk.html"} == before
    assert (MISMATCH, "diversity.html", None) in found
    assert (MISMATCH, "assets/cards.js", NUMBER) in found
    assert {(MISMATCH, f"fragments/{name}", FINAL) for name in ("key-numbers.md", "macros.tex")} <= found
    bands = [number for code, file, number in found if file == "band.html"]
    assert bands == ["band_contingency.olympiad_pool.panel-think.math_continuation.all_zero+all_zero"]
    assert [code for code, file, number in found if file == "cost.html" and number] == [MISMATCH]
    assert UNBOUND not in {code for code, _, _ in found}


def test_what_is_bound_to_no_number_is_found_in_its_file(root: Path) -> None:
    _edit(
        root,
        "gallery.html",
        'badge wrong" data-cell="status">wrong<',
        'badge correct" data-cell="correct">correct<',
    )
    _edit(root, "passk.html", r'"text":\["[\d.]+%', '"text":["99.9%')
    _edit(root, "training.html", r'"y":\[[^,]+', '"y":[0.987')
    _edit(root, "index.html", "<h2>Key numbers</h2>", "<h2>Key numbers <code>99%</code></h2>")
    _edit(root, "assets/cardview.js", "Not audited.", "VERIFIED")
    _edit_in_cards(root, r'"completion_tokens":500', '"completion_tokens":900')
    (root / "report/assets/gallery.js").unlink()
    (root / "report/extra.js").write_text("1")
    files = ("gallery.html", "passk.html", "training.html", "index.html", "extra.js")
    scripts = (f"assets/{name}.js" for name in ("cardview", "cards", "gallery"))
    assert _found(root) == {(MISMATCH, file, None) for file in (*files, *scripts)}


def test_numbers_typed_by_hand_are_unbound(root: Path) -> None:
    _edit(root, "cost.html", "<h1>", "<p>Twice as good: 84.2% of problems</p><h1>")
    _edit(root, "card.html", "This page needs", "On average 0.7. This page needs")
    _edit(
        root, "learning.html", '"title":{"text":"held-out accuracy"', '"title":{"text":"rate, 84.2% at best"'
    )
    with (root / "report/fragments/key-numbers.md").open("a") as fragment:
        fragment.write("And 12 more.\n")
    files = ("cost.html", "card.html", "learning.html", "fragments/key-numbers.md")
    assert _found(root) == {(UNBOUND, file, None) for file in files}


def test_a_number_without_a_record_is_found(root: Path) -> None:
    fewer = [record for record in _records(root) if record.id != FINAL]
    named = {_named(finding) for finding in check_text(root, SMALL, fewer)}
    assert (MISMATCH, "index.html", FINAL) in named
    assert (MISMATCH, "assets/cards.js", FINAL) in named


def test_a_site_that_is_not_there_or_cannot_be_made_again_is_a_finding(root: Path) -> None:
    (root / f"arms/panel/base/rollouts/{SLICE}").write_bytes(b"torn")
    assert _found(root) == {(MISMATCH, "report", None)}
    shutil.rmtree(root / "report")
    assert _found(root) == {(MISMATCH, "index.html", None)}


@pytest.mark.parametrize(
    "content", ["{}", "[1]", "{torn", '{"data":[{"type":"scatter","customdata":["x"],"y":[]}],"layout":{}}']
)
def test_a_figure_that_is_none_is_a_finding(content: str) -> None:
    page = Page(f'<script type="application/json" data-plot="plot-x">{content}</script>')
    (key, tables, read), book = page.figures[0], Book({})
    assert {finding.code for finding in check_figure(book, [], "x.html", key, tables, read)} == {MISMATCH}


@pytest.fixture
def late(root: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The results with a site whose tables under figures are drawn by scripts."""
    monkeypatch.setattr(row_data, "MOST", 0)
    params = ReportParams.from_params(parameters("report", SMALL, {}))
    build_site(SMALL, root, root / "report", params)
    assert _found(root) == set()
    return root


def test_a_changed_number_of_a_table_that_a_script_draws_is_found_by_its_id(late: Path) -> None:
    _edit(late, "passk.html", r'(\["value",(?:\{"distinct":)?\[")[\d.]+', r"\g<1>99.9")
    _edit(late, "cost.html", r'(\["n",(?:\{"distinct":)?\[")\d+', r"\g<1>7")
    found = _found(late)
    assert {code for code, _, _ in found} == {MISMATCH}
    known = {record.id for record in _records(late)}
    for page in ("passk.html", "cost.html"):
        numbers = {number for _, file, number in found if file == page}
        assert numbers and numbers <= known


@pytest.mark.parametrize("content", ["{}", "[[[1]]]", "{torn", '[[["value",["1"]]]]'])
def test_a_table_that_is_none_is_a_finding(late: Path, content: str) -> None:
    _edit(late, "passk.html", r"(data-rows>).*?(</script>)", rf"\g<1>{content}\g<2>")
    assert (MISMATCH, "passk.html", None) in _found(late)


def test_a_forged_edition_is_found(root: Path) -> None:
    for path in (root / "report").glob("*.html"):
        path.write_text(re.sub(r'(wideband-edition" content=")\w{64}', rf"\g<1>{'0' * 64}", path.read_text()))
    assert _found(root) == {(MISMATCH, "index.html", None)}


def test_a_card_whose_job_ran_again_stands_when_its_manifest_was_sealed(root: Path) -> None:
    manifest = manifest_path(root / TRAINED / "verdicts" / SLICE)
    before = file_digest(manifest)
    manifest.write_text(json.dumps(json.loads(manifest.read_text()) | {"seconds": 99.0}))
    assert (MISMATCH, "assets/cards.js", None) in _found(root)
    (root / "ledger.jsonl").write_text(json.dumps({"manifest": {"digest": before}}) + "\n")
    assert _found(root) == set()
    _edit_in_cards(root, rf'("{re.escape(PASSK[0])}","digest":")\w', r"\g<1>x")
    assert _found(root) == {(MISMATCH, "assets/cards.js", None)}


README = "# A paper\n\nOf 1,319 problems we used 40.\n\n{}\nMore text with 17 numbers.\n"


@pytest.mark.parametrize("name", ["key-numbers.md", "macros.tex"])
def test_a_copy_of_a_fragment_is_checked_between_its_markers_only(
    root: Path, tmp_path: Path, name: str
) -> None:
    fragment, text = (root / "report/fragments" / name).read_text(), tmp_path / "README.md"
    text.write_text(README.format(fragment))
    assert _found(root, text) == set()
    text.write_text(README.format(re.sub(r"\d\\?%", lambda hit: f"9{hit[0]}", fragment, count=1)))
    assert {(code, number) for code, _, number in _found(root, text)} == {(MISMATCH, FINAL)}


def test_a_number_added_to_a_copy_is_unbound(root: Path, tmp_path: Path) -> None:
    fragment, text = (root / "report/fragments/key-numbers.md").read_text(), tmp_path / "README.md"
    text.write_text(README.format(fragment.replace("\n\n", "\n\nWe are 3 times better.\n\n", 1)))
    assert _found(root, text) == {(UNBOUND, str(text), None)}


def test_only_names_of_the_study_file_may_hold_digits() -> None:
    names = study_names(SMALL)
    assert {"gsm8k_test", "GSM8K tier", "gsm8k warmup", "pass@1", "pass@2", "olympiad_rlvr@5"} <= set(names)
    assert literals("On GSM8K tier after gsm8k warmup, pass@2 rises", names) == []
    assert literals("pass@3 is 84.2% on gsm8k_test2, +0.5 at k=4", names) == [
        "pass@3",
        "84.2%",
        "gsm8k_test2,",
        "+0.5",
        "k=4",
    ]
    assert all(re.search(r"[A-Za-z]", name) for name in names)


@pytest.mark.parametrize(
    "where",
    [
        "<code>{}</code>",
        '<b data-cell="x">{}</b>',
        '<i data-verbatim="">{}</i>',
        "<script type='application/json'>{}</script>",
    ],
)
def test_ids_cells_and_verbatim_text_are_no_literals_of_a_page(where: str) -> None:
    assert list(in_page(Page(where.format("84.2%")), [])) == []
    assert list(in_page(Page("<p>84.2%" + where.format("1")), [])) == [(1, "84.2%")]
