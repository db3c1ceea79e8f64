"""The report in a real browser: opened from disk, drawn, quiet, and answering to clicks."""

import shutil
from pathlib import Path

import pytest
from answer_results import many_arms, write_answers
from chromium import Browser, browser
from report_check import faults
from report_results import study

from wideband.numbers import study_numbers, write_records
from wideband.report import build_site

STUDY = study()


@pytest.mark.parametrize("width", [1280, 390])
def test_every_page_is_drawn_and_quiet(site: Path, chromium: Browser, width: int) -> None:
    assert faults(chromium, site, width) == []


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
    found = [fault for fault in faults(chromium, broken) if fault.startswith("passk.html")]
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
        " box.dispatchEvent(new Event('change', {bubbles: true})); })()"
    )


def test_the_gallery_filters_by_benchmark_and_switches_the_policy(site: Path, chromium: Browser) -> None:
    chromium.open(site / "gallery.html")
    assert set(chromium.evaluate(VISIBLE)) == set(STUDY.benchmarks)
    assert set(chromium.evaluate(CHECKPOINTS)) == {"olympiad rlvr"}
    _choose(chromium, "benchmark", "gsm8k_test")
    _choose(chromium, "policy", "base")
    assert set(chromium.evaluate(VISIBLE)) == {"gsm8k_test"}
    assert set(chromium.evaluate(CHECKPOINTS)) == {"base"}


def test_records_are_found_by_a_part_of_their_id(site: Path, chromium: Browser) -> None:
    chromium.open(site / "numbers.html")
    chromium.evaluate(
        "(function () { const box = document.getElementById('find'); box.value = 'vendi THINK';"
        " box.dispatchEvent(new Event('input')); })()"
    )
    shown = chromium.evaluate(
        "Array.from(document.querySelectorAll('#records tr[id]:not([hidden])')).map(r => r.id)"
    )
    assert shown
    assert all("vendi" in identity and "think" in identity for identity in shown)


def test_a_machine_without_chromium_is_told_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(RuntimeError, match="apt-get install chromium"), browser():
        pass
