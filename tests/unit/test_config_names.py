"""Names from outside go through one check, and what reaches the shell through one quoting."""

import re
from pathlib import Path

import pytest

from wideband.cli import main
from wideband.config import load_study
from wideband.config.load import StudyError
from wideband.config.names import KINDS, NameFault, checked_name, name_fault, path_fault

ROOT = Path(__file__).parents[2]
MICRO = Path(__file__).with_name("study_to_change.yaml").read_text(encoding="utf-8")
HOSTILE = [
    "x;touch P;",
    "$(touch P)",
    "`touch P`",
    "a b",
    "a\nb",
    "a'b",
    'a"b',
    "../../out",
    "..",
    ".",
    "",
    "/tmp/x",
    "a/b",
    "-rf",
    "--config",
    "{wildcards}",
    "a*",
    "a|b",
    "~root",
    "a.b",
    "<b>",
    "\x1b[31m",
    "a\x00b",
    "é",
    "\u0661",
    "x" * 61,
]
GOOD = {"checkpoint": ["base", "math", "math@20"], "arm": ["panel_2"], "study": ["qwen3-30b-a3b", "7b"]}


@pytest.mark.parametrize("kind", KINDS)
def test_a_hostile_name_of_any_kind_is_refused(kind: str) -> None:
    for name in HOSTILE:
        with pytest.raises(NameFault, match=r"^--it: ") as caught:
            checked_name(kind, name, "--it")
        assert str(caught.value).isprintable() and len(str(caught.value)) < 200


def test_good_names_are_accepted() -> None:
    assert [name_fault(kind, name) for kind, names in GOOD.items() for name in names] == [None] * 6
    for step in ("math@0", "math@", "@5", "math@1@2", "math@\u0661", "math@05", "math@-1"):
        assert name_fault("checkpoint", step)


@pytest.mark.parametrize(
    "path", ["../x", "a/../../x", "/etc/passwd", "", ".", "./a", "a//b", "a\nb", "{x}", 'a"b']
)
def test_a_path_that_leads_out_or_means_more_is_refused(path: str) -> None:
    assert path_fault(path, "imports.root")


def test_a_path_may_have_blanks_and_a_quote() -> None:
    assert path_fault("runs of May/it's (1).jsonl", "imports.root") is None


# Where a study gives names: what is replaced, and the key that the message must name.
PLACES = {
    "name": ("name: micro\n", "name: {}\n", "name: "),
    "base": ("kind: pretrain", "kind: pretrain\n  name: {}", "base.name: "),
    "arm": ("  plain: {", "  {}: {", "arms."),
    "stage": ("  gsm8k_warmup: {", "  {}: {", "stages."),
    "slice": ("  math_test: {source", "  {}: {source", "data.slices."),
    "benchmark": ("  math_test: {title", "  {}: {title", "benchmarks."),
    "pool": ("pool: olympiad_pool", "pool: {}", "band.pool: "),
    "held-out": ("heldout: {slice: olympiad_heldout", "heldout: {slice: {}", "band.heldout.slice: "),
}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("name", ['"x;touch P;"', '"../../out"'])
def test_a_study_cannot_bring_a_hostile_name(place: str, name: str, tmp_path: Path) -> None:
    old, new, key = PLACES[place]
    assert old in MICRO
    (tmp_path / "micro.yaml").write_text(MICRO.replace(old, new.replace("{}", name, 1), 1))
    with pytest.raises(StudyError) as caught:
        load_study(tmp_path / "micro.yaml", ROOT)
    said = [line for line in str(caught.value).splitlines() if "illegal characters; use letters" in line]
    assert said and key in said[0] and "micro.yaml" in str(caught.value)


@pytest.mark.parametrize("part", ["arm", "checkpoint", "slice"])
def test_an_import_cannot_bring_a_hostile_name(part: str, tmp_path: Path) -> None:
    given = {"arm": "a", "checkpoint": "base", "slice": "quiz", part: "x;touch P;"}
    entry = ", ".join(f"{key}: '{value}'" for key, value in given.items())
    text = (
        f"name: quiz\ntitle: t\narms: {{'{given['arm']}': {{scaffold: plain, train: false}}}}\n"
        f"benchmarks: {{'{given['slice']}': {{n: 1}}}}\n"
        f"imports: {{root: ., licence: x, files: [{{format: counts, path: a.jsonl, {entry}}}]}}\n"
    )
    (tmp_path / "quiz.yaml").write_text(text)
    with pytest.raises(StudyError, match=rf"imports\.files\.0\.{part}: 'x;touch P;' has illegal characters"):
        load_study(tmp_path / "quiz.yaml", ROOT)


@pytest.mark.parametrize("option", ["--study", "--arm", "--benchmark", "--pool"])
@pytest.mark.parametrize("name", ["x;touch P;", "../../../out"])
def test_an_imported_name_on_the_command_line_is_refused_before_anything_is_written(
    option: str,
    name: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "config/studies").mkdir(parents=True)
    (tmp_path / "a.jsonl").write_text('{"uid": "q1", "n_samples": 4, "n_correct": 4}\n')
    before = sorted(tmp_path.rglob("*"))
    place = {"--pool": "p"} if option == "--pool" else {"--benchmark": "b"}
    given = {"--study": "s", "--arm": "a"} | place | {option: name}
    assert main(["import", "a.jsonl", *(word for pair in given.items() for word in pair)]) == 2
    said = capsys.readouterr().err
    assert (
        said.startswith(f"error: {option}: {name!r} has illegal characters; use letters")
        and said.count("\n") == 1
    )
    assert sorted(tmp_path.rglob("*")) == before


def test_no_rule_quotes_or_writes_a_shell_command_by_hand() -> None:
    """Rules call `job(...)` and `command()`; what these let Snakemake fill in has the format `:q`."""
    for path in [ROOT / "Snakefile", *sorted((ROOT / "rules").glob("*.smk"))]:
        text = path.read_text(encoding="utf-8")
        for found in re.findall(r"\bshell:\s*(.+)", text):
            assert re.fullmatch(r'job\("\w+"\)|command\(\)', found), f"{path.name}: shell: {found}"
        assert not re.search(r"\bshell\(|os\.system|subprocess|shell=True|^\s*(run|script):", text, re.M), (
            path.name
        )
        quoting = re.findall(r"shlex\.\w+", text)
        assert quoting == (["shlex.join"] if path.name == "common.smk" else []), path.name
        for line in text.splitlines():
            if "tee " in line:
                assert all(each.endswith(":q") for each in re.findall(r"\{\{([^{}]+)\}\}", line)), line
                assert re.findall(r"(?<!\{)\{([^{}]+)\}", line) == ["start"], line
