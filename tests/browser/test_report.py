"""The report in a real browser: opened from disk, drawn, quiet, and answering to clicks."""

import shutil
from pathlib import Path

import pytest
from answer_results import many_arms, write_answers
from chromium import Browser, browser
from report_check import READ, SHIFTED, faults, flaws, look, picture
from report_results import study

from wideband.numbers import study_numbers, write_records
from wideband.report import build_site, row_data
from wideband.report.cards import FILE, packed, unpacked
from wideband.report.columns import folded_rows, unfolded_rows

STUDY = study()


# Where the pictures of the report lie after the tests.
PICTURES = Path(__file__).parents[2] / "results/pictures"
LOOKS = {
    "desktop": (1280, "light", "screen"),
    "phone": (390, "light", "screen"),
    "dark": (1280, "dark", "screen"),
    "print": (794, "light", "print"),
}


@pytest.mark.parametrize("name", LOOKS)
def test_pages_look_well_in_every_light_and_their_pictures_are_kept(
    site: Path, chromium: Browser, name: str
) -> None:
    width, scheme, media = LOOKS[name]
    look(chromium, scheme, media)
    pages = sorted(site.glob("*.html"))
    assert len(pages) > 10
    try:
        found = {page.name: _looked_at(chromium, page, name, width) for page in pages}
        assert found == {page.name: [] for page in pages}
        dark = chromium.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(20, 24, 28)"
        assert dark == (name == "dark")
    finally:
        look(chromium)


def _looked_at(chromium: Browser, page: Path, name: str, width: int) -> list[str]:
    """The flaws of a page, after its picture has been kept."""
    found = flaws(chromium, page, width)
    picture(chromium, width, PICTURES / f"{page.stem}-{name}.png")
    return found


@pytest.mark.parametrize("name", ["desktop", "phone"])
def test_pages_of_answers_calibration_transfer_and_retention_look_well(
    answering: Path, chromium: Browser, name: str
) -> None:
    pages = [answering / f"{page}.html" for page in ("answers", "calibration", "transfer", "retention")]
    found = {page.name: _looked_at(chromium, page, name, LOOKS[name][0]) for page in pages}
    assert found == {page.name: [] for page in pages}


def test_what_moves_after_it_was_seen_is_noticed(site: Path, chromium: Browser) -> None:
    chromium.open(site / "card.html")
    drawn = "new Promise(function (done) { requestAnimationFrame(function () { setTimeout(done, 200); }); })"
    chromium.evaluate(drawn)
    chromium.evaluate("document.querySelector('h1').style.marginTop = '900px'")
    chromium.evaluate(drawn)
    assert chromium.evaluate(SHIFTED) != []


def test_the_check_notices_faint_text_and_labels_upon_each_other(
    site: Path, chromium: Browser, tmp_path: Path
) -> None:
    shutil.copytree(site, tmp_path / "bad")
    page = tmp_path / "bad/passk.html"
    style = tmp_path / "bad/assets/style.css"
    bad = ".lead { color: #b0b0b0; } .ytick text { font-size: 60px !important; }"
    style.write_text(style.read_text() + bad)
    found = flaws(chromium, page, 1280)
    assert any("too faint: P How much wider" in each for each in found)
    assert any("labels overlap in plot-passk" in each for each in found)


def test_a_table_on_a_phone_shows_the_difference_first(site: Path, chromium: Browser) -> None:
    chromium.open(site / "index.html", 390)
    tops = chromium.evaluate(
        "Array.from(document.querySelectorAll('.key tbody tr:nth-child(2) td')).slice(0, 4)"
        ".map(cell => [cell.className, cell.getBoundingClientRect().top])"
    )
    first = min(tops, key=lambda cell: cell[1])
    assert first[0] == "difference"


def test_the_skip_link_is_the_first_stop_and_leads_to_the_content(site: Path, chromium: Browser) -> None:
    chromium.open(site / "index.html")
    for kind in ("keyDown", "keyUp"):
        chromium.call("Input.dispatchKeyEvent", type=kind, key="Tab", code="Tab", windowsVirtualKeyCode=9)
    assert chromium.evaluate("document.activeElement.textContent") == "Skip to the content"
    assert chromium.evaluate("document.activeElement.getBoundingClientRect().left >= 0")
    chromium.evaluate("document.activeElement.click()")
    assert chromium.evaluate("document.activeElement.id") == "main"


def test_of_twenty_thousand_numbers_only_the_first_are_drawn(
    site: Path, chromium: Browser, tmp_path: Path
) -> None:
    many = tmp_path / "many"
    shutil.copytree(site, many)
    cards = many / FILE
    content = unpacked(cards.read_text())
    (number, *_) = unfolded_rows(content["numbers"])
    content["numbers"] = folded_rows([{**number, "id": f"x{at}"} for at in range(20_000)])
    cards.write_text(packed(content))
    chromium.open(many / "numbers.html", 390)
    chromium.wait(READ)
    rows = "document.querySelectorAll('#records tbody tr').length"
    assert chromium.evaluate(rows) == 200
    chromium.evaluate(
        "(function () { const box = document.getElementById('find');"
        " box.value = 'x1999'; box.dispatchEvent(new Event('input', {bubbles: true})); })()"
    )
    assert chromium.evaluate("document.getElementById('shown').textContent").startswith("11 of 20000 ")
    assert chromium.evaluate(rows) == 11


TABLE = (
    "(function () { const table = document.querySelector('details.data table');"
    " table.closest('details').open = true; return new Promise(function (done) { setTimeout(function () {"
    " const links = Array.from(table.querySelectorAll('tbody a')).map(a => [a.className, a.hash]);"
    " const cells = Array.from(table.querySelectorAll('tbody tr')).map(function (row) {"
    " return Array.from(row.cells).map(cell => [cell.tagName, cell.textContent.trim()]); });"
    " done([links.map(([kind, hash]) => [kind, decodeURIComponent(hash)]), cells]); }, 200); }); })()"
)


def test_a_table_that_is_drawn_when_opened_is_the_one_that_is_written_out(
    site: Path, chromium: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(row_data, "MOST", 0)
    build_site(STUDY, site.parent, tmp_path / "late")
    shown = {}
    for folder in (site, tmp_path / "late"):
        for page in ("passk.html", "diversity.html", "cost.html"):
            chromium.open(folder / page)
            before = chromium.evaluate("document.querySelectorAll('details.data tbody tr').length")
            assert (before == 0) == (folder != site)
            shown[folder, page] = chromium.evaluate(TABLE)
            assert chromium.messages == []
    for (folder, page), (links, cells) in shown.items():
        assert links and cells
        assert shown[site, page] == [links, cells], (folder, page)


PAGES = ("index", "answers")
# Labels of the transfer matrix that reach out of it, and numbers wider than their cells.
CUT_OFF = """
Array.from(document.querySelectorAll('[id^=plot-transfer]')).flatMap(function (plot) {
  const box = plot.getBoundingClientRect();
  const width = plot.querySelector('.heatmaplayer image').getBoundingClientRect().width;
  const cell = width / plot.data[0].x.length;
  const labels = Array.from(plot.querySelectorAll('.xtick text, .ytick text'));
  const numbers = Array.from(plot.querySelectorAll('.heatmap-label'));
  return labels.filter(function (label) {
    const rect = label.getBoundingClientRect();
    return rect.top < box.top - 1 || rect.left < box.left - 1;
  }).concat(numbers.filter(function (number) {
    return number.getBoundingClientRect().width > cell;
  })).map(function (element) { return element.textContent; });
})
"""


def test_a_study_of_many_arms_with_long_names_is_drawn_quietly_and_its_numbers_fit(
    chromium: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = many_arms()
    monkeypatch.chdir(Path(__file__).parents[2])
    write_answers(made, tmp_path)
    write_records(study_numbers(made, tmp_path), tmp_path / "numbers.jsonl")
    build_site(made, tmp_path, tmp_path / "report")
    for page in set((tmp_path / "report").glob("*.html")) - {
        tmp_path / f"report/{name}.html" for name in PAGES
    }:
        page.unlink()
    for width in (1280, 390):
        assert faults(chromium, tmp_path / "report", width) == []
    chromium.open(tmp_path / "report/index.html", 1280)
    assert chromium.evaluate("(t => t.scrollWidth <= t.clientWidth)(document.querySelector('.scroll'))")
    for size in (1280, 390):
        chromium.open(tmp_path / "report/answers.html", size)
        chromium.wait("document.documentElement.dataset.plots === 'drawn'")
        assert chromium.evaluate(CUT_OFF) == []
    # The names of policies stand over their strips and take no width from them.
    strip = chromium.evaluate(
        "document.querySelector('#plot-law-picks-integer_1_100 image').getBoundingClientRect().width"
    )
    assert strip > 250


def test_the_check_notices_what_is_broken(site: Path, chromium: Browser, tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    shutil.copytree(site, broken)
    page = broken / "passk.html"
    html = page.read_text().replace('"type":"scatter"', '"type":"scatter","visible":false')
    (broken / "noise.js").write_text("console.error('noise')")
    page.write_text(html.replace("</body>", '<script src="noise.js"></script></body>'))
    for other in set(broken.glob("*.html")) - {page}:
        other.unlink()
    found = faults(chromium, broken)
    assert any("noise" in fault for fault in found)
    assert any("plot-passk-gsm8k_test was not drawn" in fault for fault in found)


VISIBLE = (
    "Array.from(document.querySelectorAll('.case')).filter(c => !c.hidden).map(c => c.dataset.benchmark)"
)
CHECKPOINTS = (
    "Array.from(document.querySelectorAll('.case:not([hidden]) .transcript:not([hidden]) small'))"
    ".map(s => s.textContent)"
)


def _choose(chromium: Browser, name: str, value: str) -> None:
    chromium.evaluate(
        f"(function () {{ const box = document.querySelector('select[name={name}]'); box.value = '{value}';"
        " box.dispatchEvent(new Event('input', {bubbles: true})); })()"
    )


def test_the_gallery_filters_by_benchmark_and_switches_the_policy(site: Path, chromium: Browser) -> None:
    chromium.open(site / "gallery.html")
    assert set(chromium.evaluate(VISIBLE)) <= set(STUDY.benchmarks)
    assert set(chromium.evaluate(CHECKPOINTS)) == {"olympiad rlvr"}
    assert chromium.evaluate("document.querySelector('.case').dataset.outcome").endswith(" only")
    first = len(chromium.evaluate(VISIBLE))
    chromium.evaluate("document.getElementById('more').click()")
    assert len(chromium.evaluate(VISIBLE)) > first
    _choose(chromium, "benchmark", "gsm8k_test")
    _choose(chromium, "policy", "base")
    assert set(chromium.evaluate(VISIBLE)) == {"gsm8k_test"}
    assert set(chromium.evaluate(CHECKPOINTS)) == {"base"}


def test_records_are_found_by_a_part_of_their_id(site: Path, chromium: Browser) -> None:
    chromium.open(site / "numbers.html")
    chromium.wait(READ)
    chromium.evaluate(
        "(function () { const box = document.getElementById('find'); box.value = 'vendi THINK';"
        " box.dispatchEvent(new Event('input', {bubbles: true})); })()"
    )
    shown = chromium.evaluate(
        "Array.from(document.querySelectorAll('#records tr[id]:not([hidden])')).map(r => r.id)"
    )
    assert shown
    assert all("vendi" in identity and "think" in identity for identity in shown)


def test_an_address_with_a_broken_percent_sign_is_taken_as_it_stands(site: Path, chromium: Browser) -> None:
    for page, said in (
        ("numbers.html", "document.getElementById('find').value"),
        ("card.html", "card.textContent"),
    ):
        chromium.open(site / "index.html")
        chromium.evaluate(f"location.href = '{page}#100%25%'")
        chromium.wait(f"location.pathname.endsWith('{page}') && document.readyState === 'complete'")
        chromium.wait(f"{said}.includes('100%25%')")


def test_a_machine_without_chromium_is_told_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(RuntimeError, match="apt-get install chromium"), browser():
        pass
