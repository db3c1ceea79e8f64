"""Lines that say how far pretraining is."""

import logging
import time

log = logging.getLogger(__name__)
EVERY_S = 5


class Progress:
    """A line every five seconds: loss, tokens/s, share done, time left. Only rank 0 speaks."""

    def __init__(self, tokens: int, rank: int):
        self.tokens, self.speaks = tokens, rank == 0
        self.started = self.shown = time.monotonic()

    def seconds(self) -> float:
        """Since the start."""
        return time.monotonic() - self.started

    def show(self, seen: int, loss: float) -> None:
        """Print when the last line is old enough."""
        now = time.monotonic()
        if not self.speaks or now - self.shown < EVERY_S:
            return
        self.shown = now
        rate = seen / self.seconds()
        left = (self.tokens - seen) / rate
        log.info("loss %.3f  %.0f tokens/s  %.0f %%  %.0f s left", loss, rate, 100 * seen / self.tokens, left)
