"""What a study's endpoints have cost so far, and the budget that no request may go beyond."""

import json
import os
from pathlib import Path
from threading import Lock

from ..errors import WidebandError


class BudgetSpent(WidebandError):
    """The next request could cost more than is left of the budget."""


class Spending:
    """All jobs of a study write to one file, a line for each answer, and read what the others wrote.

    Args:
        file: the file; it stays when results are made again, since the money is gone.
        budget: at most so much, in the currency of the prices; None: no bound.
        input_price, output_price: of a million tokens.
    """

    def __init__(self, file: Path, budget: float | None, input_price: float, output_price: float) -> None:
        self.file, self.budget, self.prices = file, budget, (input_price, output_price)
        self.read, self.spent, self.reserved, self.lock = 0, 0.0, 0.0, Lock()
        file.parent.mkdir(parents=True, exist_ok=True)

    def cost(self, prompt_tokens: int, completion_tokens: int) -> float:
        """What so many tokens cost."""
        return (prompt_tokens * self.prices[0] + completion_tokens * self.prices[1]) / 1e6

    def reserve(self, most: float) -> None:
        """Set aside what a request may cost at most. Raises BudgetSpent."""
        with self.lock:
            self._catch_up()
            if self.budget is not None and self.spent + self.reserved + most > self.budget:
                raise BudgetSpent(
                    f"resources.endpoints.budget: {self.spent:.4f} of {self.budget:g} is spent, and the next "
                    f"request may cost {most:.4f}; what was sampled is kept: raise the budget and run again"
                )
            self.reserved += most

    def release(self, most: float) -> None:
        """Give back what a request had set aside."""
        with self.lock:
            self.reserved -= most

    def paid(self, prompt_tokens: int, completion_tokens: int) -> None:
        """Write down an answer."""
        cost = self.cost(prompt_tokens, completion_tokens)
        line = json.dumps({"tokens": [prompt_tokens, completion_tokens], "cost": cost}) + "\n"
        # One write at the end of the file: lines of several jobs do not mix.
        number = os.open(self.file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        try:
            os.write(number, line.encode())
        finally:
            os.close(number)

    def _catch_up(self) -> None:
        if not self.file.exists():
            return
        with self.file.open("rb") as file:
            file.seek(self.read)
            new = file.read()
        whole = new[: new.rfind(b"\n") + 1]
        self.read += len(whole)
        self.spent += sum(json.loads(line)["cost"] for line in whole.splitlines())
