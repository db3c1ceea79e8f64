"""When a request that failed is made again; each try is counted for itself, since each may be billed."""

import email.utils
import time
from collections.abc import Mapping
from random import random

TRIES = 8
FIRST_S, LONGEST_S, ASKED_S = 0.5, 8.0, 120.0
AGAIN = (408, 409, 429)


def wait(status: int | None, headers: Mapping[str, str], failed: int) -> float | None:
    """Seconds until the next try after so many that failed; None: there is none.

    As long as `Retry-After` says, up to two minutes, else half a second and then twice as long each time.
    `status`: of the refusal; None where there was no answer.
    """
    if failed > TRIES or (status is not None and status not in AGAIN and status < 500):
        return None
    asked = _asked(headers.get("retry-after", ""))
    if asked is not None:
        return asked if asked <= ASKED_S else None
    # No two of the requests under way wait equally long.
    return min(FIRST_S * 2 ** (failed - 1), LONGEST_S) * (1 - random() / 4)


def _asked(text: str) -> float | None:
    """What the header `Retry-After` says: seconds, or a date."""
    try:
        seconds = float(text)
    except ValueError:
        try:
            seconds = email.utils.parsedate_to_datetime(text).timestamp() - time.time()
        except (ValueError, OverflowError):
            return None
    return seconds if seconds > 0 else None
