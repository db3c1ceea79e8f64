"""Nothing that a page shows can act: the policy holds on pages opened from disk, and texts stay texts."""

import shutil
import socket
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from chromium import Browser
from report_results import study, write_results

from wideband.report import build_site

BAD = "document.documentElement.dataset.pwned='1'"
# Markup as a completion, a name or a template could bring it into a page.
MARKUP = {
    "a script": f"<script>{BAD}</script>",
    "a script that ends another": f"</script><script>{BAD}</script>",
    "a handler": f'<img src="nowhere.png" onerror="{BAD}">',
    "a handler in a drawing": f'<svg onload="{BAD}"></svg>',
    "a link": f'<a id="bad" href="javascript:{BAD}">x</a>',
    "a frame of text": f'<iframe srcdoc="<script>parent.{BAD}</script>"></iframe>',
    "a frame that is code": f'<iframe src="javascript:parent.{BAD}"></iframe>',
    "a script as data": '<script src="data:text/javascript,' + BAD.replace("'", "%27") + '"></script>',
}
MAIN = '<main id="main" tabindex="-1">'
OUTWARD = {
    "a picture elsewhere": '<img src="http://127.0.0.1:PORT/x.png">',
    "a script elsewhere": '<script src="http://127.0.0.1:PORT/x.js"></script>',
    "a sheet elsewhere": '<link rel="stylesheet" href="http://127.0.0.1:PORT/x.css">',
    "a form": '<form id="bad" action="http://127.0.0.1:PORT/x"></form>',
    "a base": '<base href="http://127.0.0.1:PORT/"><link rel="stylesheet" href="x.css">',
}
ELEMENTS = "document.querySelectorAll('main img, main svg[onload], #bad').length"
PWNED = "document.documentElement.dataset.pwned === '1'"


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site whose completions, problems and golds are all such markup."""
    made = study().model_copy(update={"title": "".join(MARKUP.values())})
    folder = tmp_path_factory.mktemp("hostile") / "results" / made.name
    write_results(made, folder)
    text = "\n".join([*MARKUP.values(), *OUTWARD.values(), "{{ 7 * 7 }} <% x %> {num:x:.1%}"])
    for path in [*folder.rglob("rollouts/*.parquet"), *folder.rglob("data/*.parquet")]:
        table = pq.read_table(path)
        for name in {"completion", "problem", "subject"} & set(table.column_names):
            at = table.column_names.index(name)
            told = pa.array([text] * table.num_rows, table.schema.field(name).type)
            table = table.set_column(at, table.schema.field(name), told)
        pq.write_table(table, path)
    build_site(made, folder, folder / "report")
    return folder / "report"


def test_texts_with_markup_stay_texts_on_every_page(hostile: Path, chromium: Browser) -> None:
    for page in sorted(hostile.glob("*.html")):
        chromium.open(page)
        assert not chromium.evaluate(PWNED), page.name
        assert not chromium.evaluate(
            "document.querySelectorAll('main img, main svg[onload], #bad').length"
        ), page.name
        refused = [
            each for each in chromium.messages if "Content Security Policy" in each or "127.0.0.1" in each
        ]
        assert refused == [], page.name
    chromium.open(hostile / "gallery.html")
    shown = chromium.evaluate("document.querySelector('pre.completion').textContent")
    assert all(each in shown for each in MARKUP.values()) and "{{ 7 * 7 }}" in shown


@pytest.mark.parametrize("case", MARKUP)
def test_markup_that_got_into_a_page_does_nothing(
    case: str, site: Path, chromium: Browser, tmp_path: Path
) -> None:
    page = Path(shutil.copytree(site, tmp_path / "report")) / "gallery.html"
    page.write_text(page.read_text().replace(MAIN, MAIN + MARKUP[case], 1))
    chromium.open(page)
    chromium.evaluate("document.getElementById('bad') && document.getElementById('bad').click()")
    chromium.evaluate("new Promise(function (done) { setTimeout(done, 300); })")
    assert not chromium.evaluate(PWNED)


@pytest.mark.parametrize("case", OUTWARD)
@pytest.mark.parametrize("held", [True, False])
def test_no_page_reaches_a_network(
    case: str, held: bool, site: Path, chromium: Browser, tmp_path: Path
) -> None:
    """Without the policy it would: a listener on this machine hears of it."""
    page = Path(shutil.copytree(site, tmp_path / "report")) / "gallery.html"
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(1.5 if held else 30)
        markup = OUTWARD[case].replace("PORT", str(listener.getsockname()[1]))
        text = page.read_text().replace("</head>", f"{markup}</head>", 1)
        page.write_text(text if held else text.replace("Content-Security-Policy", "nothing", 1))
        chromium.call("Page.navigate", url=page.as_uri())
        if "form" in case:
            chromium.wait("!!document.getElementById('bad')")
            chromium.evaluate("void setTimeout(function () { document.getElementById('bad').submit(); }, 50)")
        try:
            connection = listener.accept()[0]
            connection.settimeout(1.5)
            # Chromium may connect ahead of a decision, and says nothing then.
            with connection:
                heard = bool(connection.recv(1))
        except TimeoutError:
            heard = False
    assert heard is not held


def test_without_the_policy_the_same_markup_would_act(site: Path, chromium: Browser, tmp_path: Path) -> None:
    page = Path(shutil.copytree(site, tmp_path / "report")) / "gallery.html"
    text = page.read_text().replace("Content-Security-Policy", "nothing", 1)
    page.write_text(text.replace(MAIN, MAIN + MARKUP["a handler"], 1))
    chromium.open(page)
    chromium.wait(PWNED)
