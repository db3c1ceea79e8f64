"""The HTML site of a study: numbers by id, plots, transcripts. Opens from disk, needs no network.

Every number leads to its card, and the first page says what the audit found. `build_site` writes the site,
`render_site` gives its texts, `edition` says which site lies in a results folder.
"""

from .edition import edition
from .inputs import ReportParams, required_files
from .site import build_site, render_site

__all__ = ["ReportParams", "build_site", "edition", "render_site", "required_files"]
