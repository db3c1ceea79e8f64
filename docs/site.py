"""A hook of MkDocs: adds the generated reference, and mends links that leave docs/ on the way to the site."""

import json
import re
import subprocess
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).resolve().parents[1]
# Files of the repository that are pages of the site.
BROUGHT = {"CHANGELOG.md": "changes.md", "config/defaults.md": "reference/study-file.md"}
OUTSIDE = re.compile(r"\[([^]]+)\]\(\.\./([^)#]+)(#[^)]*)?\)")


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages that the package writes about itself, and the list of changes."""
    command = [ROOT / ".venv/bin/python", ROOT / "docs/reference.py"]
    made = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    made["changes.md"] = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    for path, content in made.items():
        files.append(File.generated(config, path, content=content))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """A link to a file outside docs/ leads to its page, or is the file's name where it has none."""

    def mended(link: re.Match[str]) -> str:
        text, path, anchor = link.groups()
        return f"[{text}]({BROUGHT[path]}{anchor or ''})" if path in BROUGHT else f"{text} (`{path}`)"

    return OUTSIDE.sub(mended, markdown)
