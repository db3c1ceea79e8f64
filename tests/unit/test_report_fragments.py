"""Fragments for READMEs and papers: numbers by id and nothing else."""

from pathlib import Path

import pytest
from report_manifests import SMALL
from report_results import study, write_results

from wideband.config.parameters import parameters
from wideband.report.book import Book
from wideband.report.fragments import FragmentError, letters, render_fragments

NUMBER = "pass@1.gsm8k_test.panel.base"


@pytest.fixture(scope="module")
def book(small_results: Path) -> Book:
    """The records of the small invented study."""
    return Book.read(small_results / "numbers.jsonl")


def _one(book: Book, template: str, name: str = "t.md") -> str:
    return render_fragments(SMALL, book, {name: template})[f"fragments/{name}"]


def test_value_interval_and_n_are_printed_from_the_record(book: Book) -> None:
    record = book.records[NUMBER]
    low, high = record.ci
    text = _one(
        book, f"{{num:{NUMBER}:.1%}} {{ci:{NUMBER}:.1%}} {{n:{NUMBER}}} {{setting:statistics.confidence:.0%}}"
    )
    assert text == f"{record.value:.1%} [{low:.1%}, {high:.1%}] {record.n} 95%\n"


def test_names_and_loops_come_from_the_study(book: Book) -> None:
    line = "<<arm>> at <<end[arm]>>: {n:pass@1.gsm8k_test.<<arm>>.<<end[arm]>>}"
    template = f"<% for arm in arms %>\n{line}\n<% endfor %>"
    assert _one(book, template).splitlines() == [
        "panel at olympiad_rlvr: 16",
        "think at olympiad_rlvr: 16",
        "plain at base: 16",
    ]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (
            "{num:pass@9.nowhere:.1%}",
            r"config/fragments/t\.md, line 3: this study has no number pass@9\.nowhere",
        ),
        (f"{{num:{NUMBER}:.1q}}", rf"t\.md, line 3: '\.1q' is no format for {NUMBER}"),
        (f"{{num:{NUMBER}}}", r"t\.md, line 3: .* has no format"),
        (f"{{num:{NUMBER}:.1%", r"t\.md, line 3: .* is not a placeholder"),
        ("{setting:statistics.nothing}", r"t\.md, line 3: this study has no setting statistics\.nothing"),
        ("<<nothing>>", r"t\.md, line 3: 'nothing' is undefined"),
        ("<% if %>", r"t\.md, line 3"),
    ],
)
def test_a_fault_is_named_with_file_line_and_id(book: Book, line: str, message: str) -> None:
    template = f"<# a comment\nof two lines #>\n{line}\n"
    with pytest.raises(FragmentError, match=message):
        _one(book, template)


def test_the_line_of_a_fault_is_that_of_the_template_after_loops(book: Book) -> None:
    template = "<% for arm in arms %>\n- <<arm>>\n<% endfor %>\n{num:none:.1%}"
    with pytest.raises(FragmentError, match=r"line 4: this study has no number none"):
        _one(book, template)


def test_latex_gets_its_signs_escaped(book: Book) -> None:
    gap = "pass@1.diff.gsm8k_test.panel-think.base"
    text = _one(book, f"\\newcommand{{\\wbGap}}{{{{num:{gap}:+.1%}}}}", "t.tex")
    assert "\\%}" in text
    assert "%" not in text.replace("\\%", "")
    assert "−" not in text


def test_macro_names_are_letters_only() -> None:
    assert letters("gsm8k_test", "panel") == "GsmEightkTestPanel"


def test_the_fragments_that_come_with_the_project_fit_a_study(book: Book) -> None:
    made = render_fragments(SMALL, book, parameters("report", SMALL, {})["fragments"])
    markdown, macros = made["fragments/key-numbers.md"], made["fragments/macros.tex"]
    assert markdown.startswith(f"<!-- wideband:{SMALL.name} -->\n")
    assert markdown.rstrip().endswith("<!-- /wideband -->")
    assert f"{book.value('pass@1.gsm8k_test.panel.olympiad_rlvr'):.1%}" in markdown
    names = [line.split("}")[0] for line in macros.splitlines() if line.startswith("\\newcommand{\\wb")]
    assert len(names) == len(set(names)) > 20
    assert all(name.removeprefix("\\newcommand{\\").isalpha() for name in names)


def test_fragments_of_a_study_with_one_arm_leave_the_comparison_out(tmp_path: Path) -> None:
    think = {"scaffold": "think", "prompt": "config/prompts/think_micro.txt"}
    alone = study(arms={"solo": think}, benchmarks={"olympiad_heldout": {"n": 2}})
    write_results(alone, tmp_path)
    templates = parameters("report", alone, {})["fragments"]
    made = render_fragments(alone, Book.read(tmp_path / "numbers.jsonl"), templates)
    assert "Gap" not in made["fragments/macros.tex"]
    assert "Holm" not in made["fragments/key-numbers.md"]


def test_the_fragments_leave_out_what_a_study_did_not_measure(book: Book) -> None:
    fewer = Book(
        {name: each for name, each in book.records.items() if not name.startswith("tokens_per_correct")}
    )
    made = render_fragments(SMALL, fewer, parameters("report", SMALL, {})["fragments"])
    assert "TokensPerCorrect" not in made["fragments/macros.tex"]
    rows = [
        line
        for line in made["fragments/key-numbers.md"].splitlines()
        if line.startswith("| GSM8K tier (synthetic) | panel")
    ]
    assert [row.endswith("| – |") for row in rows] == [True]
    nothing = render_fragments(SMALL, Book({}), parameters("report", SMALL, {})["fragments"])
    assert "newcommand{\\wbPass" not in nothing["fragments/macros.tex"]


HOSTILE = {
    "reaches into Python": "<< ''.__class__.__mro__[1].__subclasses__() >>",
    "reaches globals": "<< letters.__globals__['re'] >>",
    "reaches through a format": "<< '{0.__class__.__init__.__globals__}'.format(letters) >>",
    "changes what it is given": "<% set gone = arms.clear() %>",
    "loops without end": "<% for a in range(99999) %><% for b in range(99999) %><% endfor %><% endfor %>",
    "multiplies texts": "<< 'x' * 9999999999 >>",
    "doubles texts": "<% set n = namespace(x='a') %>"
    "<% for a in range(60) %><% set n.x = n.x ~ n.x %><% endfor %>",
    "writes too much": "<% for a in range(99999) %>0123456789012345<% endfor %>",
    "takes a power": "<< 9 ** 999999999 >>",
    "pads": "<< '%9999999999d' % 1 >>",
    "divides by zero": "<< 1 / 0 >>",
    "adds what cannot be added": "<< 1 + 'a' >>",
    "calls what is no function": "<< title() >>",
    "reads a file": "<% include '/etc/passwd' %>",
}


@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_template_is_refused_in_a_line(book: Book, case: str) -> None:
    with pytest.raises(FragmentError) as caught:
        _one(book, HOSTILE[case])
    said = str(caught.value)
    assert said.startswith("config/fragments/t.md, line ") and "\n" not in said
    assert "correct the template" in said or "make it smaller" in said
