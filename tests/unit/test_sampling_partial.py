"""Shares that were sampled before a job was killed are not sampled again, and no bit is another."""

import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
import torch
import vllm_stub

from wideband.config.policy import Sampling
from wideband.sampling.open import open_engine
from wideband.sampling.partial_completions import PartialCompletions
from wideband.sampling.requests import Completion, Request, Settings
from wideband.sampling.transformers_engine import TransformersEngine
from wideband.sampling.vllm_engine import ServerError
from wideband.sampling.workers import SERVER_SHARE, InTurn

SETTINGS = Settings(temperature=1.0, max_tokens=12, stop=())
# Three shares of eight at batch size 2.
REQUESTS = [Request(f"{'word ' * (n % 5)}{n}?", seed=10 * n + k) for n in range(8) for k in range(3)]
# A stand-in server needs room for its answer.
ROOMY = Settings(temperature=1.0, max_tokens=64, stop=())
AWKWARD = [
    Completion("a\nb\u2028\ufffd </answer>", (1, 151_935), 2, 7, "stop", -0.1 - 0.2),
    Completion("", (), 1, 7, "length", math.nextafter(-1e-300, 0)),
    Completion("ü", (3,), 1, 7, "stop", -math.inf),
]


class Killed(Exception):
    """The end of a run that a test wanted to end."""


class Counted:
    """An engine that counts its shares and dies before one of them."""

    name = "transformers"

    def __init__(self, engine: TransformersEngine, last: int | None = None) -> None:
        self.engine, self.last, self.shares = engine, last, 0

    def sample(self, requests: Sequence[Request], settings: Settings) -> list[Completion]:
        if self.shares == self.last:
            raise Killed
        self.shares += 1
        return self.engine.sample(requests, settings)


@pytest.fixture
def counted(model: Any, tokenizer: Any) -> Callable[..., Counted]:
    # As in the worker processes: the number of threads is in the last bits.
    torch.set_num_threads(1)
    return lambda last=None: Counted(TransformersEngine(model, tokenizer, 2), last)


@pytest.mark.parametrize("paid", [False, True])
def test_a_share_comes_back_as_it_was_to_the_last_bit(tmp_path: Path, paid: bool) -> None:
    PartialCompletions(tmp_path / "state", paid).put(REQUESTS[:3], SETTINGS, AWKWARD)
    kept = PartialCompletions(tmp_path / "state", paid)
    assert kept.get(REQUESTS[:3], SETTINGS) == AWKWARD
    assert kept.rollouts == 3
    assert kept.get(REQUESTS[1:4], SETTINGS) is None
    assert kept.get(REQUESTS[:3], Settings(0.9, 12, ())) is None


@pytest.mark.parametrize("paid", [False, True])
@pytest.mark.parametrize("damage", ["cut", "empty", "bit"])
def test_a_damaged_share_is_none(tmp_path: Path, damage: str, paid: bool) -> None:
    PartialCompletions(tmp_path, paid).put(REQUESTS[:3], SETTINGS, AWKWARD)
    (file,) = tmp_path.iterdir()
    content = bytearray(file.read_bytes())
    content[content.index(b"answer")] ^= 1
    file.write_bytes({"cut": content[:-20], "empty": b"", "bit": content}[damage])
    assert PartialCompletions(tmp_path, paid).get(REQUESTS[:3], SETTINGS) is None


def test_a_line_that_a_kill_cut_short_takes_no_other_with_it(tmp_path: Path) -> None:
    kept = PartialCompletions(tmp_path, paid=True)
    for row in range(3):
        kept.put(REQUESTS[row : row + 1], SETTINGS, AWKWARD[row : row + 1])
    (file,) = tmp_path.iterdir()
    file.write_bytes(file.read_bytes()[:-5])
    again = PartialCompletions(tmp_path, paid=True)
    again.put(REQUESTS[3:4], SETTINGS, AWKWARD[:1])
    found = PartialCompletions(tmp_path, paid=True)
    assert [found.get([request], SETTINGS) for request in REQUESTS[:4]] == [
        [AWKWARD[0]],
        [AWKWARD[1]],
        None,
        [AWKWARD[0]],
    ]


def test_a_killed_run_goes_on_after_its_last_share(
    tmp_path: Path, tokenizer: Any, counted: Callable[..., Counted]
) -> None:
    whole = InTurn(counted(), tokenizer, 2).sample(REQUESTS, SETTINGS)
    with pytest.raises(Killed):
        InTurn(counted(2), tokenizer, 2, PartialCompletions(tmp_path)).sample(REQUESTS, SETTINGS)
    engine, kept = counted(), PartialCompletions(tmp_path)
    assert InTurn(engine, tokenizer, 2, kept).sample(REQUESTS, SETTINGS) == whole
    assert (engine.shares, kept.rollouts) == (1, 16)


def test_a_slice_of_one_share_writes_nothing(
    tmp_path: Path, tokenizer: Any, counted: Callable[..., Counted]
) -> None:
    InTurn(counted(), tokenizer, 8, PartialCompletions(tmp_path)).sample(REQUESTS, SETTINGS)
    assert list(tmp_path.iterdir()) == []


def test_worker_processes_take_up_what_one_process_left(
    tmp_path: Path, tiny_base: Path, tokenizer: Any, counted: Callable[..., Counted]
) -> None:
    whole = InTurn(counted(), tokenizer, 2).sample(REQUESTS, SETTINGS)
    with pytest.raises(Killed):
        InTurn(counted(1), tokenizer, 2, PartialCompletions(tmp_path)).sample(REQUESTS, SETTINGS)
    kept = PartialCompletions(tmp_path)
    with open_engine(Sampling(batch_size=2), tiny_base, None, tokenizer, 2, 2, kept) as engine:
        assert engine.sample(REQUESTS, SETTINGS) == whole
    assert kept.rollouts == 8
    # The first, and all that the worker processes sampled but the last.
    assert len(list(tmp_path.iterdir())) == 2


def test_a_server_is_asked_for_what_is_missing_only(tmp_path: Path, tiny_base: Path, tokenizer: Any) -> None:
    requests = [Request(f"Q {n // 4}", 2 * n + 1) for n in range(5 * SERVER_SHARE)]
    # A rollout of the fourth share; the server refuses it when most others are done (its count is not exact).
    bad, most = requests[3 * SERVER_SHARE + 9].seed, 5 * SERVER_SHARE - 20

    def run(model: str) -> tuple[int, int, list[Completion] | None]:
        kept, answers = PartialCompletions(tmp_path), None
        with vllm_stub.running(tiny_base) as server:
            server.refused, server.refused_after = (bad if model == "dying" else None), most
            settings = Sampling(engine="vllm", url=server.url)
            with open_engine(settings, tiny_base, None, tokenizer, 1, partial=kept) as engine:
                try:
                    answers = engine.sample(requests, ROOMY)
                except ServerError:
                    assert model == "dying"
            return kept.rollouts, len(server.asked), answers

    found, _, _ = run("dying")
    assert found == 0
    complete = len(list(tmp_path.iterdir())) * SERVER_SHARE
    assert 0 < complete < len(requests)
    found, asked, answers = run("well")
    assert (found, asked) == (complete, len(requests) - complete)
    assert [answer.text for answer in answers] == [f"{each.prompt}|{each.seed}|" for each in requests]
