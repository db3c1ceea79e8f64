"""Commands as the documentation shows them."""

import shlex

from workflow import ROOT

DOCUMENT = "docs/afterwards.md"


def commands(beginning: str) -> list[list[str]]:
    """Arguments of `wideband` of every line of the document's examples that begins so, comments left out."""
    lines = (ROOT / DOCUMENT).read_text(encoding="utf-8").splitlines()
    return [shlex.split(line, comments=True)[1:] for line in lines if line.startswith(beginning)]
