"""Money that several jobs spend from one budget."""

import json
import platform
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from wideband.errors import WidebandError
from wideband.sampling.openai_responses import retry_in
from wideband.sampling.spending import BudgetSpent, Spending


def spending(file: Path, budget: float | None = 10.0) -> Spending:
    # A token of a prompt costs 1.
    return Spending(file, budget, 1e6, 0.0)


def test_jobs_see_what_others_reserved_paid_and_gave_back(tmp_path: Path) -> None:
    one, other = spending(tmp_path / "spent"), spending(tmp_path / "spent")
    first = one.reserve(6, 0)
    with pytest.raises(BudgetSpent, match=r"0\.0000 of 10 is spent, requests under way may cost 6\.0000"):
        other.reserve(5, 0)
    one.release(first)
    second = other.reserve(5, 0)
    other.paid(second, 2, 0)
    third = one.reserve(8, 0)
    one.paid(third, 8, 0)
    with pytest.raises(BudgetSpent, match=r"10\.0000 of 10 is spent"):
        other.reserve(1, 0)


def test_many_jobs_at_once_do_not_go_beyond_the_budget(tmp_path: Path) -> None:
    def reserved(_: int) -> int:
        mine, done = spending(tmp_path / "spent"), 0
        try:
            for _ in range(5):
                mine.reserve(1, 0)
                done += 1
        except BudgetSpent:
            pass
        return done

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(reserved, range(8))) == 10


def line(request: str, **said: object) -> str:
    return json.dumps({"request": request, "most": 9, "at": time.time(), **said}) + "\n"


def test_what_dead_processes_reserved_does_not_count(tmp_path: Path) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    here, file = platform.node(), tmp_path / "spent"
    file.write_text(
        line("dead", node=here, pid=ended.pid) + line("elsewhere", node="other", pid=1, at=time.time() - 9999)
    )
    spending(file).reserve(10, 0)
    file.write_text(line("lives", node="other", pid=1))
    with pytest.raises(BudgetSpent):
        spending(file).reserve(2, 0)


def test_a_torn_last_line_is_dropped_and_a_strange_one_named(tmp_path: Path) -> None:
    file = tmp_path / "spent"
    # The lines of older files have no names of requests.
    file.write_text('{"tokens": [7, 0], "cost": 7.0}\n{"cost": 1')
    mine = spending(file)
    mine.paid(mine.reserve(3, 0), 3, 0)
    assert sum(json.loads(each).get("cost", 0) for each in file.open()) == 10
    file.write_text("hello\n")
    with pytest.raises(WidebandError, match="a line was not written by Wideband"):
        spending(file).reserve(1, 0)


@pytest.mark.parametrize(
    ("status", "said", "failed", "least", "most"),
    [
        (429, "3", 1, 3, 3),
        (503, "", 1, 0.375, 0.5),
        (None, "", 3, 1.5, 2),
        (500, "0", 8, 6, 8),
        (500, "nonsense", 1, 0.375, 0.5),
        (429, "Mon, 01 Jan 1990 00:00:00 GMT", 1, 0.375, 0.5),
    ],
)
def test_the_next_try_waits(status: int | None, said: str, failed: int, least: float, most: float) -> None:
    assert least <= retry_in(status, {"retry-after": said}, failed) <= most


def test_a_ninth_try_a_refusal_and_a_long_wait_are_not_tried_again() -> None:
    assert retry_in(500, {}, 9) is None and retry_in(400, {}, 1) is None
    assert (
        retry_in(429, {"retry-after": "121"}, 1) is None and retry_in(429, {"retry-after": "inf"}, 1) is None
    )
