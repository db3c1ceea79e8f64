"""The user's cache folder, which is outside of any project and never in results."""

import json
import os
from pathlib import Path
from typing import Any


def user_cache(name: str) -> Path:
    """A place in the user's cache folder, by the XDG convention.

    Who hands results over could write into them that all is well; here only the user can. For a user without
    a home it is a place that can be neither read nor written.
    """
    caches = Path(os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"))
    return (caches if caches.is_absolute() else Path(os.devnull)) / "wideband" / name


def read_kept(place: Path) -> dict[str, Any]:
    """What was kept in a file; nothing when it is absent or broken, since it can be learnt again."""
    try:
        content = json.loads(place.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}
