"""A grader never hangs and says so where it reaches no verdict."""

import os
import subprocess
import sys
import time

import pytest
from grading_fakes import BROKEN, misbehaving

from wideband.grading import Grader, WorkerError
from wideband.grading.pool import COMMAND, Worker, WorkerPool

# sympy looks for this integral for hours.
HANGING = r"\int_0^1 x^{x^{x^x}} dx"
DAILY = "import sys; from wideband.grading import Grader, grade_rollouts, check_golds\n"


def test_a_hanging_expression_ends_in_a_time_out_and_the_rest_is_graded() -> None:
    with Grader(timeout_s=0.5, workers=1) as grader:
        started = time.monotonic()
        hung, fine, again = grader.grade([(HANGING, "5"), ("2/4", r"\frac{1}{2}"), (HANGING, "5")])
        seconds = time.monotonic() - started
    assert (hung.correct, hung.status) == (False, "undecided")
    assert again == hung
    assert fine.correct is True
    # No upper bound: on a busy machine the replaced worker's imports may take a minute. Without the limit
    # the first pair would take hours.
    assert seconds >= 0.5


def test_a_worker_that_dies_is_replaced_and_its_pair_tried_again(tmp_path) -> None:
    with WorkerPool(1, 5.0, misbehaving(tmp_path)) as pool:
        assert pool.run([("once", "once"), ("a", "b")]) == [("verified", True), ("verified", False)]
    assert (tmp_path / "died").exists()


def test_a_pair_that_kills_every_worker_is_undecided(tmp_path) -> None:
    with WorkerPool(2, 5.0, misbehaving(tmp_path)) as pool:
        assert pool.run([("die", "x"), ("a", "a")]) == [("undecided", False), ("verified", True)]


def test_replies_keep_the_order_of_pairs_over_several_workers(tmp_path) -> None:
    pairs = [(str(i), str(i % 3)) for i in range(60)]
    with WorkerPool(3, 5.0, misbehaving(tmp_path)) as pool:
        assert pool.run(pairs) == [("verified", answer == gold) for answer, gold in pairs]


def test_a_hang_costs_its_time_out_and_no_more(tmp_path) -> None:
    started = time.monotonic()
    with WorkerPool(1, 0.05, misbehaving(tmp_path)) as pool:
        assert pool.run([("hang", "x"), ("a", "a")]) == [("undecided", False), ("verified", True)]
    assert time.monotonic() - started < 60


def test_a_pair_that_is_late_is_tried_again_in_a_fresh_process_with_a_limit_of_calls(tmp_path) -> None:
    with WorkerPool(1, 0.05, misbehaving(tmp_path)) as pool:
        assert pool.run([("count", "x")]) == [("verified", True)]
        assert pool._idle == []


def test_the_second_limit_is_the_same_number_of_calls_in_every_run() -> None:
    pair = ("(x+y+z)^{9}", "(z+y+x)^{9}+1")

    def decided(calls: int) -> list[str]:
        replies = []
        for _ in range(2):
            worker = Worker(COMMAND, 100.0)
            replies.append(worker.ask(pair, 100.0, calls)[0])
            worker.kill()
        return replies

    # It takes some number of calls: below it the pair is undecided each time, above it never.
    low, high = 1000, 2_000_000
    assert decided(low) == ["undecided"] * 2 and decided(high) == ["verified"] * 2


def test_a_worker_that_the_machine_keeps_waiting_has_not_used_its_time(tmp_path) -> None:
    with WorkerPool(1, 0.5, misbehaving(tmp_path)) as pool:
        assert pool.run([("slow", "slow")]) == [("verified", True)]


def test_closing_leaves_no_process_behind(tmp_path) -> None:
    pool = WorkerPool(1, 5.0, misbehaving(tmp_path))
    pool.run([("a", "a")])
    process = pool._idle[0].process
    pool.close()
    assert process.poll() is not None


def test_a_worker_that_cannot_start_is_one_clear_error() -> None:
    with WorkerPool(1, 5.0, BROKEN) as pool, pytest.raises(WorkerError, match="did not start"):
        pool.run([("a", "b")])


def test_a_pair_is_sent_once_however_often_it_occurs(tmp_path) -> None:
    sent: list[tuple[str, str]] = []
    grader = Grader(timeout_s=5.0, workers=1)
    grader._pool.run = lambda pairs: sent.extend(pairs) or [("verified", True) for _ in pairs]
    grader.grade([("x+1", "1+x")] * 50)
    grader.grade([("$x + 1$", "1 + x")])
    assert sent == [("x+1", "1+x")]


def _python(code: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    return subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False
    )


def test_plain_numbers_start_no_worker_and_import_no_algebra() -> None:
    code = (
        DAILY
        + "grader = Grader(workers=2)\n"
        + "outcomes = grader.grade([('18', '18'), ('$1,200', '1200'), ('7', '8'), (None, '3')])\n"
        + "assert [o.correct for o in outcomes] == [True, True, False, False], outcomes\n"
        + "assert grader._pool._idle == []\n"
        + "heavy = {'sympy', 'math_verify', 'torch', 'transformers', 'datasets'} & set(sys.modules)\n"
        + "assert not heavy, heavy\n"
    )
    done = _python(code)
    assert done.returncode == 0, done.stderr


def test_a_script_without_a_main_guard_can_grade() -> None:
    code = (
        "from wideband.grading import Grader\n"
        "with Grader(20, 1) as grader: print(grader.grade([('x+1', '1+x')])[0].correct)"
    )
    assert _python(code).stdout.strip() == "True"
