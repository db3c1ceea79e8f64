"""How far a job is, now and then."""

import logging
import time

log = logging.getLogger(__name__)
EVERY_S = 5


class Progress:
    """A line every five seconds: what is done, tokens/s, time left. Silent when all is done sooner.

    `what`: what is counted, such as rollouts.
    """

    def __init__(self, total: int, what: str) -> None:
        self.total, self.what, self.done, self.tokens = total, what, 0, 0
        self.started = self.shown = time.monotonic()

    def show(self, tokens: int) -> None:
        """Count what was finished, with its tokens; print when the last line is old enough."""
        self.done, self.tokens = self.done + 1, self.tokens + tokens
        now = time.monotonic()
        if now - self.shown < EVERY_S:
            return
        self.shown, seconds = now, now - self.started
        left = seconds * (self.total / self.done - 1)
        rate = self.tokens / seconds
        log.info("%d / %d %s  %.0f tokens/s  %.0f s left", self.done, self.total, self.what, rate, left)
