"""From the first page to a card, down its lineage to a source, and back; and what the audit found."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from chromium import Browser
from report_check import READ
from report_manifests import OTHER, PASSK, SLICE, UNTRAINED
from report_results import study

from wideband.numbers import read_records
from wideband.report.page_data import AUDIT, LEDGER, write_audit, write_ledger

HEAD = "5eed" * 16
TOLD = f"document.readyState === 'complete' && document.documentElement.dataset.audit !== undefined && {READ}"
CODE = "TEXT_MISMATCH"


@pytest.fixture(autouse=True)
def unaudited(site: Path) -> Iterator[None]:
    """No audit stands beside the site before a test, nor after it."""
    yield
    shutil.rmtree(site.parent / "audit", ignore_errors=True)


def _open(chromium: Browser, site: Path, page: str) -> None:
    chromium.open(site / page)
    chromium.wait(TOLD)


def _click(chromium: Browser, selector: str, text: str = "") -> None:
    """Click the first element of a selector that says `text`."""
    clicked = chromium.evaluate(
        f"(function () {{ const found = Array.from(document.querySelectorAll({selector!r}))"
        f".find(element => element.textContent.includes({text!r})); if (!found) return false;"
        # Later, so that this answer comes from the page that was asked, not from where the click leads.
        " setTimeout(() => found.dispatchEvent("
        "new MouseEvent('click', {bubbles: true, cancelable: true, view: window})));"
        " return true; })()"
    )
    assert clicked, f"no {selector} says {text!r}"


def _text(chromium: Browser, selector: str) -> str:
    return chromium.evaluate(f"document.querySelector({selector!r}).textContent")


def _wait_for(chromium: Browser, selector: str, text: str) -> None:
    chromium.wait(
        f"(document.querySelector({selector!r}) || {{textContent: ''}}).textContent.includes({text!r})"
    )


def _audit(**changes: Any) -> dict[str, Any]:
    numbers = [{"id": OTHER, "status": "VERIFIED", "level": 5}, {"id": "x", "status": "VERIFIED", "level": 5}]
    sound = {"verdict": "VERIFIED", "head": HEAD, "levels": [0, 1, 2], "findings": [], "numbers": numbers}
    return sound | changes


def test_clicks_lead_from_the_first_page_down_to_a_source_and_back(site: Path, chromium: Browser) -> None:
    _open(chromium, site, "index.html")
    _click(chromium, f'.key a.num[data-number="{OTHER}"]')
    chromium.wait("location.pathname.endsWith('card.html')")
    _wait_for(chromium, "#exact", "0.")
    record = next(each for each in read_records(site.parent / "numbers.jsonl") if each.id == OTHER)
    assert float(_text(chromium, "#exact")) == record.value
    assert _text(chromium, "#value") == f"{record.value:.0%}"
    assert record.inputs[0].path in _text(chromium, "#tables")
    assert "Chen et al. 2021" in _text(chromium, "#estimator")
    _click(chromium, "#lineage svg a.passk")
    _wait_for(chromium, "#stage h3", PASSK[1])
    for path in (f"{UNTRAINED}/verdicts/{SLICE}", f"{UNTRAINED}/rollouts/{SLICE}", f"data/{SLICE}"):
        _click(chromium, "#stage a", path)
        _wait_for(chromium, "#stage h3", path)
        assert "Digest" in _text(chromium, "#stage")
    _click(chromium, "#stage a", "gsm8k/test")
    _wait_for(chromium, "#stage h3", "Source gsm8k/test")
    assert f"seed {study().data.seed}" in _text(chromium, "#stage")
    _click(chromium, "#stage .crumb a")
    chromium.wait("document.getElementById('stage').textContent === ''")
    _click(chromium, ".shownon a", "Results: key numbers")
    chromium.wait("location.pathname.endsWith('index.html') && location.hash === '#key-numbers'")
    assert chromium.messages == []


def test_the_lineage_is_drawn_without_boxes_upon_each_other(site: Path, chromium: Browser) -> None:
    chromium.open(site / "card.html")
    chromium.evaluate(f"location.hash = {OTHER!r}")
    chromium.wait("document.querySelectorAll('#lineage svg rect').length > 5")
    boxes = chromium.evaluate(
        "Array.from(document.querySelectorAll('#lineage svg rect')).map(rect => rect.getBoundingClientRect())"
        ".map(box => [box.left, box.top, box.right, box.bottom])"
    )
    apart = [
        one[2] <= two[0] or two[2] <= one[0] or one[3] <= two[1] or two[3] <= one[1]
        for at, one in enumerate(boxes)
        for two in boxes[at + 1 :]
    ]
    assert apart and all(apart)
    drawn = chromium.evaluate("document.querySelectorAll('#lineage svg > path').length")
    assert drawn >= len(boxes) - 1


def test_a_point_of_a_plot_leads_to_the_card_of_its_number(site: Path, chromium: Browser) -> None:
    chromium.open(site / "passk.html")
    chromium.wait("document.documentElement.dataset.plots === 'drawn'")
    box = chromium.evaluate(
        "(function () { const point = document.querySelector('.plot .scatterlayer .trace .points path');"
        " point.scrollIntoView({block: 'center'}); const box = point.getBoundingClientRect();"
        " return [(box.left + box.right) / 2, (box.top + box.bottom) / 2]; })()"
    )
    for kind in ("mouseMoved", "mousePressed", "mouseReleased"):
        chromium.call(
            "Input.dispatchMouseEvent", type=kind, x=box[0], y=box[1], button="left", buttons=1, clickCount=1
        )
    chromium.wait("location.pathname.endsWith('card.html') && location.hash.startsWith('#pass%40')")


def test_without_an_audit_the_first_page_says_so_and_the_console_is_quiet(
    site: Path, chromium: Browser
) -> None:
    _open(chromium, site, "index.html")
    assert "Not audited." in _text(chromium, "#audit")
    assert "ledger.jsonl" in _text(chromium, "#audit .head")
    assert chromium.messages == []


def test_the_ledgers_head_stands_on_the_first_page_before_any_audit(site: Path, chromium: Browser) -> None:
    write_ledger(site.parent, HEAD)
    _open(chromium, site, "index.html")
    assert "Not audited." in _text(chromium, "#audit")
    assert HEAD in _text(chromium, "#audit .head")


def test_an_audit_says_its_verdict_on_every_page_and_card(site: Path, chromium: Browser) -> None:
    write_ledger(site.parent, HEAD)
    write_audit(site.parent, _audit())
    _open(chromium, site, "index.html")
    assert (
        "VERIFIED. Levels L0, L1, L2: 2 of 2 numbers verified, 0 findings. Not checked: L3, L4, L5, L6."
        in _text(chromium, "#audit")
    )
    assert HEAD in _text(chromium, "#audit .head")
    _open(chromium, site, "cost.html")
    assert "Audit: VERIFIED." in _text(chromium, "footer")
    _click_to_card(chromium, site)
    assert _text(chromium, "#status") == "VERIFIED at level 5"
    assert chromium.messages == []


def _click_to_card(chromium: Browser, site: Path) -> None:
    _open(chromium, site, "index.html")
    _click(chromium, f'.key a.num[data-number="{OTHER}"]')
    chromium.wait("location.pathname.endsWith('card.html')")
    chromium.wait(TOLD)


def test_findings_are_listed_and_lead_to_their_numbers(site: Path, chromium: Browser) -> None:
    finding = {
        "code": CODE,
        "number": OTHER,
        "stage": "report",
        "file": "report/index.html",
        "detail": "<b>reads",
    }
    numbers = [{"id": OTHER, "status": CODE, "level": None}]
    write_audit(site.parent, _audit(verdict="FAILED", findings=[finding], numbers=numbers))
    _open(chromium, site, "index.html")
    said = _text(chromium, "#audit")
    assert "FAILED." in said and "1 finding." in said and "<b>reads" in said and CODE in said
    _click(chromium, "#audit .findings a", OTHER)
    chromium.wait("location.pathname.endsWith('card.html')")
    chromium.wait(TOLD)
    assert _text(chromium, "#status") == CODE


@pytest.mark.parametrize("later", ["ledger", "site"])
def test_an_audit_of_an_earlier_state_is_no_audit_of_this_page(
    site: Path, chromium: Browser, later: str
) -> None:
    write_ledger(site.parent, HEAD[::-1] if later == "ledger" else HEAD)
    write_audit(site.parent, _audit())
    if later == "site":
        file = site.parent / "audit/audit.html"
        file.write_text(file.read_text().replace('"edition": "', '"edition": "0'))
    _open(chromium, site, "index.html")
    assert "Not audited in its present state." in _text(chromium, "#audit")
    _click_to_card(chromium, site)
    assert "earlier state" in _text(chromium, "#status")


def test_an_address_without_a_number_says_so(site: Path, chromium: Browser) -> None:
    _open(chromium, site, "card.html")
    assert "No such number" in _text(chromium, "#card")


EVIL = """<script>
window.widebandAudit = {}; window.name = "evil";
for (const there of [window, parent, top]) {
  try { there.document.querySelector("h1").textContent = "99"; } catch (error) { there.postMessage(%s, "*"); }
}
try { top.location.href = "about:blank#evil"; } catch (error) {}
</script>
"""


@pytest.mark.parametrize("said", ['"no JSON {"', '"[1, 2]"', "{verdict: 'VERIFIED'}", '"null"'])
def test_code_beside_the_site_has_no_power_over_a_page(site: Path, chromium: Browser, said: str) -> None:
    chromium.open(site / "index.html")
    before = _text(chromium, "main")
    for place in (AUDIT, LEDGER):
        (site.parent / place).parent.mkdir(exist_ok=True)
        (site.parent / place).write_text(EVIL % said)
    _open(chromium, site, "index.html")
    assert _text(chromium, "main") == before
    assert chromium.evaluate("location.pathname").endswith("index.html")
