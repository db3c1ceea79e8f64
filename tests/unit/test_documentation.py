"""README and docs lead somewhere, and the commands that they show are commands."""

import argparse
import json
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from snakemake.cli import get_argument_parser

from wideband.cli import COMMANDS, module
from wideband.config.sources import TASKS
from wideband.scaffolds import SCAFFOLDS
from wideband.tables.schemas import SCHEMAS

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
IDS = [page.relative_to(ROOT).as_posix() for page in PAGES]
FENCE = re.compile(r"^( *)```.*?^\1```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)\s]+)\)")
TARGETS = {*re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)}
RULES = {
    name
    for path in (ROOT / "Snakefile", *(ROOT / "rules").glob("*.smk"))
    for name in re.findall(r"^ *(?:rule )?(\w+)[:,]$", path.read_text(), re.MULTILINE)
}


def prose(page: Path) -> str:
    """A page without its blocks of code."""
    return FENCE.sub("", page.read_text(encoding="utf-8"))


def anchors(page: Path) -> set[str]:
    """What a link may name behind the # of a page, as GitHub and the site both spell it."""
    titles = re.findall(r"^#+ (.+)$", prose(page), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title.lower()).strip().replace(" ", "-") for title in titles}


def commands(page: Path) -> Iterator[str]:
    """The lines of a page that a reader may type, without comments and what is piped on."""
    text = page.read_text(encoding="utf-8")
    blocks = [line.strip() for block in FENCE.finditer(text) for line in block.group().splitlines()]
    for line in (*blocks, *re.findall(r"`([^`\n]+)`", prose(page))):
        if re.match(r"(?:[A-Z_]+=\S* )*(?:wideband|make|snakemake) ", line):
            yield re.split(r"\s#\s|\s[|>]\s", re.sub(r"^(?:[A-Z_]+=\S* )+", "", line))[0].strip()


def said_wrong(command: str, capsys: pytest.CaptureFixture[str]) -> str:
    """What is wrong with a command, empty where nothing is."""
    tool, *given = shlex.split(command)
    if tool == "make":
        unknown = [word for word in given if "=" not in word and word not in TARGETS]
        return f"no target {unknown}" if unknown else ""
    if tool == "wideband" and (given[0] not in COMMANDS or len(given) == 1):
        return "" if given[0] in COMMANDS else f"no command {given[0]}"
    try:
        if tool == "wideband":
            parser = argparse.ArgumentParser()
            module(given[0]).arguments(parser)
            parser.parse_args(given[1:])
            return ""
        # What a person types may end after the name of a rule; the number of cores is asked for at run time.
        args = get_argument_parser().parse_args(given)
    except SystemExit as stopped:
        return capsys.readouterr().err if stopped.code else ""
    return f"no rule in {args.targets}" if set(args.targets) - RULES else ""


@pytest.mark.parametrize("page", PAGES, ids=IDS)
def test_links_lead_to_files_and_headings_that_are_there(page: Path) -> None:
    """A picture is a file of the repository: the site loads nothing from a network."""
    dead = []
    for link in LINK.findall(prose(page)):
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        elsewhere = re.match(r"https?://", link) and not re.search(r"\.(svg|png|jpe?g|gif)$", link)
        if not elsewhere and not (
            target.exists() and target.is_relative_to(ROOT) and (not anchor or anchor in anchors(target))
        ):
            dead.append(link)
    assert not dead


def listed(nav: object) -> Iterator[str]:
    """The pages of a menu."""
    if isinstance(nav, str):
        yield nav
    else:
        for part in nav.values() if isinstance(nav, dict) else nav:
            yield from listed(part)


@pytest.fixture(scope="module")
def reference() -> dict[str, str]:
    """The generated pages by their paths under docs/."""
    made = subprocess.run([sys.executable, "docs/reference.py"], cwd=ROOT, capture_output=True, text=True)
    assert made.returncode == 0, made.stderr
    return json.loads(made.stdout)


def test_the_menu_of_the_site_has_every_page(reference: dict[str, str]) -> None:
    pages = [page.relative_to(ROOT / "docs").as_posix() for page in (ROOT / "docs").rglob("*.md")]
    menu = yaml.safe_load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))["nav"]
    assert sorted(listed(menu)) == sorted([*pages, *reference, "changes.md"])


def test_the_reference_names_what_there_is(reference: dict[str, str]) -> None:
    assert all(f"\n## {name}\n" in reference["reference/commands.md"] for name in COMMANDS)
    assert all(f"\n## {name}\n" in reference["reference/tables.md"] for name in SCHEMAS)
    for name in (*SCAFFOLDS, *TASKS, "grpo", "leave_one_out", "total_variation"):
        assert f"| `{name}` |" in reference["reference/names.md"]


def test_the_readme_is_short() -> None:
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) <= 200


# The list of changes also names what is gone.
@pytest.mark.parametrize(
    "page", [page for page in PAGES if page.name != "CHANGELOG.md"], ids=lambda page: page.stem
)
def test_commands_can_be_typed_as_they_stand(page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wrong = {command: said for command in commands(page) if (said := said_wrong(command, capsys))}
    assert not wrong


def test_a_wrong_command_is_noticed(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    block = "wideband audit --lvl 1   # no\nA=1 snakemake --coars 1\nwideband no"
    page.write_text(f"Type `make nothing`.\n\n```\n{block}\n```\n")
    found = list(commands(page))
    assert found == ["wideband audit --lvl 1", "snakemake --coars 1", "wideband no", "make nothing"]
    assert all(said_wrong(command, capsys) for command in found)
