"""The report in a real browser: opened from disk, drawn, quiet, and answering to clicks."""

import shutil
from pathlib import Path

import pytest
from chromium import Browser, browser
from report_check import faults
from report_results import study

STUDY = study()


@pytest.mark.parametrize("width", [1280, 390])
def test_every_page_is_drawn_and_quiet(site: Path, chromium: Browser, width: int) -> None:
    assert faults(chromium, site, width) == []


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
