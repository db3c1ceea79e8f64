"""The HTML site of a study: numbers by id, plots, transcripts. Opens from disk, needs no network."""

from .inputs import required_files
from .site import build_site

__all__ = ["build_site", "required_files"]
