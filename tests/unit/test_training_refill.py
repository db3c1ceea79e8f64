"""Groups without variance are replaced, within a bound, and a resumed run replaces the same ones."""

from collections.abc import Callable
from pathlib import Path

import pytest
from tiny_policy import Killed, tiny_training

from wideband.provenance.digests import folder_digest
from wideband.sampling.requests import Completion
from wideband.training.log import training_log
from wideband.training.publish import save_adapter
from wideband.training.refill import Refill

SIZE, REFILLED = 2, {"refill_rounds": 2}
# A prompt's two rollouts: one right and one wrong only for those that teach.
TEACH, EASY, HARD = ["t0", "t1", "t2", "t3"], ["e0", "e1"], ["h0", "h1"]


def completions(prompts: list[str]) -> list[Completion]:
    """What a policy would say: `right` or `wrong`, turn by turn where a prompt teaches."""
    words = []
    for row, prompt in enumerate(prompts):
        right = prompt[0] == "e" or (prompt[0] == "t" and row % SIZE == 0)
        words.append("right" if right else "wrong")
    return [Completion(word, (1,), 1, 1, "stop", -1.0) for word in words]


def refill(prompts: list[str], rounds: int = 3) -> Refill:
    """Over the given prompts."""
    return Refill(tuple(prompts), same_words, SIZE, rounds, 7)


def same_words(prompts: list[str], texts: list[str]) -> list[int]:
    """Groups whose rollouts all say the same."""
    return [row // SIZE for row in range(0, len(texts), SIZE) if len(set(texts[row : row + SIZE])) == 1]


def rows(prompts: list[str]) -> list[str]:
    return [prompt for prompt in prompts for _ in range(SIZE)]


def run(asked: list[str], known: list[str], rounds: int = 3, step: int = 0) -> tuple[list[str], list, int]:
    """Prompts trained on, the rounds that were sampled, and how many further rollouts."""
    numbers: list[int] = []

    def sample(prompts: list[str], number: int) -> list[Completion]:
        numbers.append(number)
        return completions(prompts)

    prompts, done, further = refill(known, rounds).run(rows(asked), completions(rows(asked)), sample, step, 0)
    assert [each.text for each in done] == [each.text for each in completions(prompts)]
    return prompts, numbers, len(further)


def test_groups_that_all_teach_are_left_alone() -> None:
    assert run(TEACH[:2], TEACH + HARD) == (rows(TEACH[:2]), [], 0)


def test_groups_all_right_or_all_wrong_are_replaced_by_others_that_teach() -> None:
    prompts, numbers, further = run(["t0", "e0", "h0"], [*TEACH, "e0", "h0"])
    assert prompts[:2] == ["t0", "t0"]
    assert set(prompts[2:]) < {"t1", "t2", "t3"}
    assert len(set(prompts)) == 3
    assert (numbers, further) == ([1], 2 * SIZE)


def test_what_never_teaches_is_tried_so_often_and_kept() -> None:
    prompts, numbers, further = run(["h0"], ["h0", "h1"], rounds=3)
    assert (prompts, numbers, further) == (rows(["h0"]), [1, 2, 3], 3 * SIZE)


def test_the_step_decides_which_problems_come_in() -> None:
    chosen = {step: tuple(run(["h0"], ["h0", *TEACH], step=step)[0]) for step in range(8)}
    assert chosen == {step: tuple(run(["h0"], ["h0", *TEACH], step=step)[0]) for step in range(8)}
    assert len(set(chosen.values())) > 1


@pytest.fixture(scope="module")
def digest(tiny_base: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., str]:
    """Train with up to two rounds of refilling and say what came out."""

    def trained(state: Path) -> tuple[str, list[float]]:
        trainer = tiny_training(tiny_base, state, steps=3, trainer=REFILLED)
        folder = tmp_path_factory.mktemp("refilled") / "adapter"
        save_adapter(trainer, folder)
        log = training_log(trainer.state.log_history, "panel", "warmup")
        return folder_digest(folder), list(log["sampled_rollouts"])

    return trained


def test_a_killed_run_with_refilling_ends_with_the_bytes_of_an_uninterrupted_one(
    tiny_base: Path, tmp_path: Path, digest: Callable[..., tuple[str, list[float]]]
) -> None:
    whole, cost = digest(tmp_path / "whole")
    assert len(cost) == 3
    assert max(cost) > 8  # the log says what a step really cost, here more than its 2 groups of 4
    with pytest.raises(Killed):
        tiny_training(tiny_base, tmp_path / "killed", steps=3, fail_at=3, trainer=REFILLED)
    assert digest(tmp_path / "killed") == (whole, cost)
