"""Numbers typed by hand into templates, styles, scripts and pages: none passes, and none is built."""

import shutil
from pathlib import Path

import pytest
from report_manifests import SMALL

from wideband.config import load_study
from wideband.report import page as pages
from wideband.report import site, typed
from wideband.report.book import ReportError
from wideband.report.figures.diversity import MEASURES, of_judge, of_texts
from wideband.report.literals import in_page, literals, study_names
from wideband.report.read_page import Page
from wideband.report.typed import in_assets, in_templates

TYPED = {
    "code": "<p>at <code>84.2%</code></p>",
    "bound to nothing": '<b data-cell="n">12</b>',
    "title": '<p title="84.2%">much</p>',
    "data shown by a style": '<p data-x="84.2%">much</p>',
    "style's text": "<style>p::after { content: 'much'; }</style>",
    "style's attribute": "<style>p::after { content: attr(data-x); }</style>",
    "style's counter": '<p style="counter-reset: x">much</p>',
    "style of an element": '<p style="min-height:84px">much</p>',
    "font": "<style>@font-face { font-family: x; src: url(x.woff); }</style>",
    "words": "<p>eighty-four per cent</p>",
    "more words": "<p>half of them, thrice as good</p>",
    "fraction": "<p>½ of them</p>",
    "Roman": "<p>Ⅻ of them</p>",
    "other digits": "<p>٨٤ of them</p>",
    "entity": "<p>&#56;&#52;%</p>",
    "split": "<p>8<b></b>4</p>",
    "expression": "<p>{{ 84.2 }}</p>",
    "text of an expression": "<p>{{ '84' ~ '%' }}</p>",
    "sum": "<p>{{ study.name|length + 80 }}</p>",
    "set": "{% set much = 84.2 %}<p>{{ much }}</p>",
    "loop": "{% for at in range(84) %}x{% endfor %}",
    "script": "<script>document.title = much;</script>",
    "script of others": '<script src="https://x.example/much.js"></script>',
    "handler": '<p onclick="much()">much</p>',
    "picture": '<img src="data:image/png;base64,AAAA">',
    "drawing": '<svg><path d="M1 1L2 2"/></svg>',
    "frame": '<iframe srcdoc="much"></iframe>',
}
# What brings in something that is not the site's own: refused in a template and in a rendered page.
BROUGHT = {
    "sheet elsewhere": '<link rel="stylesheet" href="http://x.example/y.css">',
    "sheet beside the site": '<link rel="stylesheet" href="../y.css">',
    "sheet out of the assets": '<link rel="stylesheet" href="assets/../../y.css">',
    "picture to preload": '<link rel="preload" as="image" imagesrcset="y.png" href="assets/style.css">',
    "reload": '<meta http-equiv="refresh" content="x;url=y.html">',
    "Reload": '<META HTTP-EQUIV=" Refresh" CONTENT="x;url=y.html">',
    "script elsewhere": '<script src="http://x.example/y.js"></script>',
    "script out of the assets": '<script src="assets/../../x.js"></script>',
    "script given twice": '<script src="../x.js" src="assets/front.js"></script>',
    "script of a drawing": '<svg><script href="../x.js"></script></svg>',
    "module": '<script type="module" src="../x.js"></script>',
    "drawing elsewhere": '<svg><use href="y.svg#mark"/></svg>',
    "older drawing elsewhere": '<svg><use xlink:href="y.svg#mark"/></svg>',
    "background": '<table background="y.png"><tr><td>much</td></tr></table>',
    "button with a picture": '<input type="image" src="y.png">',
    "form": '<form action="http://x.example/"></form>',
    "link that runs": '<a href=" java&#9;script:much()">much</a>',
    "frame without a source": "<iframe></iframe>",
    "image of a drawing": '<svg><image href="y.png"/></svg>',
    "line of a drawing": '<svg><polyline points="M"/></svg>',
    "film": '<video src="y.webm"></video>',
    "drawing within a drawing": "<svg><foreignObject>much</foreignObject></svg>",
}
OWN = {
    "sheet": '<link rel="stylesheet" href="assets/style.css">',
    "no icon": '<link rel="icon" href="data:,">',
    "script": '<script src="assets/plotly.min.js" defer></script>',
    "policy": '<meta http-equiv="Content-Security-Policy" content="script-src none">',
    "name": '<meta name="wideband-edition" content="x">',
    "mark": '<svg><use href="#mark"/></svg>',
    "link": '<a href="http://x.example/">much</a>',
}
FREE = (
    '{# 84 #}<h1>{{ num("pass@1", ".1%") }}</h1>'
    "{% if study.arms|length > 1 %}{{ study.arms[:2]|join }}{% endif %}"
    '<script type="application/json">{{ figure }}</script><b class="arm-{{ place }}">two scaffolds</b>'
)


@pytest.mark.parametrize("html", TYPED.values(), ids=TYPED)
def test_a_template_may_show_a_number_in_no_way_but_by_its_id(tmp_path: Path, html: str) -> None:
    (tmp_path / "page.html.j2").write_text(f"{FREE}\n{html}\n")
    assert {(file, line) for file, line, _ in in_templates(tmp_path)} == {("templates/page.html.j2", 2)}


@pytest.mark.parametrize("html", BROUGHT.values(), ids=BROUGHT)
def test_templates_and_pages_bring_in_nothing_foreign(tmp_path: Path, html: str) -> None:
    (tmp_path / "page.html.j2").write_text(f"{FREE}\n{html}\n")
    assert {line for _, line, _ in in_templates(tmp_path)} == {2}
    assert {line for line, _ in in_page(Page(f"<p>much</p>\n{html}\n"), [])} == {2}


@pytest.mark.parametrize("html", OWN.values(), ids=OWN)
def test_templates_and_pages_bring_in_what_is_the_site_s_own(tmp_path: Path, html: str) -> None:
    (tmp_path / "page.html.j2").write_text(html)
    assert [*in_templates(tmp_path), *in_page(Page(html), [])] == []


def test_what_a_template_needs_is_not_typed(tmp_path: Path) -> None:
    (tmp_path / "page.html.j2").write_text(FREE)
    assert list(in_templates(tmp_path)) == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("style.css", 'p::before { content: "84"; }'),
        ("style.css", "p::before { content: attr(title); }"),
        ("style.css", "@font-face { font-family: x; }"),
        ("x.js", 'node.textContent = "84.2 %";'),
        ("x.js", "node.textContent = 84.2;"),
        ("x.js", "node.append(`of 84`);"),
        ("x.js", "node.innerHTML = much;"),
    ],
)
def test_styles_and_scripts_of_the_site_write_no_number(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text)
    assert {(file, line) for file, line, _ in in_assets(tmp_path)} == {(f"assets/{name}", 1)}


def test_the_site_s_own_templates_styles_and_scripts_are_free_of_numbers() -> None:
    assert [*in_templates(), *in_assets(site.ASSETS)] == []


@pytest.mark.parametrize(
    "html",
    [
        "<p>½</p>",
        '<p title="84.2%">much</p>',
        '<input placeholder="84.2%">',
        '<option value="84">much</option>',
        '<p style="color: red">much</p>',
        "<style>p::after { content: 'much' }</style>",
        "<script>much()</script>",
        '<script src="../audit/much.js"></script>',
        '<p onclick="much()">much</p>',
        '<object data="much"></object>',
    ],
)
def test_a_page_that_was_rendered_shows_none_either(html: str) -> None:
    assert len(list(in_page(Page(html), []))) == 1


def test_a_report_with_a_number_typed_by_hand_is_not_built(
    small_results: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    templates = tmp_path / "templates"
    shutil.copytree(pages.TEMPLATES, templates)
    index = templates / "index.html.j2"
    index.write_text(index.read_text().replace("<h2>Key numbers", "<h2>Key numbers <code>84.2%</code>"))
    monkeypatch.setattr(typed.in_templates, "__defaults__", (templates,))
    with pytest.raises(ReportError, match=r"templates/index.html.j2: line \d+: '84.2%' is typed by hand"):
        site.build_site(SMALL, small_results, tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("name", ["collapse", "collapse-smollm2", "collapse-olmo3-7b"])
def test_measures_of_a_study_are_named_without_a_number_of_their_own(name: str) -> None:
    study = load_study(name, Path(__file__).parents[2])
    names = study_names(study)
    for measure in (*MEASURES, *of_texts(study), *of_judge(study)):
        assert literals(f"{measure.title} {measure.axis}", names) == [], measure
